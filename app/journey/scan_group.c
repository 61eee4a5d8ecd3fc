/*
 * The convention "ex:yizhan.scan": a group whose question `text` is what a code says, read and not typed, and
 * whose `symbology` is the kind of code, which nobody is asked.
 */
#include "app/journey/scan_group.h"

#include "app/journey/internal.h"

#include <stdio.h>
#include <string.h>

/* The scan group around a question; false when it stands in none. */
static bool find_group(struct journey *journey, const char *ref, struct session_node *out_group)
{
    struct xform_session *session = journey->visit->session;
    const char *const *groups;
    size_t count;
    struct err e = session_path(session, ref, &groups, &count);
    for (size_t i = 0; !err_is(&e) && i < count; i++) {
        e = session_look(session, groups[i], out_group);
        if (!err_is(&e) && out_group->intent && strcmp(out_group->intent, XFORM_INTENT_SCAN) == 0)
            return true;
    }
    return false;
}

enum scan_part scan_part_of(struct journey *journey, const char *ref)
{
    struct session_node group;
    const char *name = strrchr(ref, '/');
    if (!name || !find_group(journey, ref, &group))
        return SCAN_NONE;
    return strcmp(name, "/text") == 0        ? SCAN_TEXT
           : strcmp(name, "/symbology") == 0 ? SCAN_SYMBOLOGY
                                             : SCAN_NONE;
}

const char *scan_label(struct journey *journey, const char *ref, struct arena *arena)
{
    struct session_node group;
    return find_group(journey, ref, &group) && *group.label.text ? arena_strdup(arena, group.label.text)
                                                                 : NULL;
}

void scan_note_symbology(struct journey *journey, const char *ref, const char *symbology)
{
    static const char *const names[] = {"symbology"};
    struct session_node group;
    if (scan_part_of(journey, ref) != SCAN_TEXT || !find_group(journey, ref, &group))
        return;
    char group_ref[XFORM_REF_SIZE];
    snprintf(group_ref, sizeof group_ref, "%s", group.ref);
    struct err e = session_fill_group(journey->visit->session, group_ref, names, &symbology, 1, NULL);
    (void)e; /* a form that does not ask for it */
}
