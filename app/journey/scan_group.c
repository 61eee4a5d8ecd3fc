/*
 * The convention "ex:yizhan.scan": a group whose question `text` is what a code says, read and not typed, and
 * whose `symbology` is the kind of code, which nobody is asked.
 */
#include "app/journey/scan_group.h"

#include <string.h>

/* The scan group around a question; false when it stands in none. */
static bool find_group(struct xform_session *session, const char *ref, struct session_node *out_group)
{
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

enum scan_part scan_part_of(struct xform_session *session, const char *ref)
{
    struct session_node group;
    const char *name = strrchr(ref, '/');
    if (!name || !find_group(session, ref, &group))
        return SCAN_NONE;
    return strcmp(name, "/text") == 0        ? SCAN_TEXT
           : strcmp(name, "/symbology") == 0 ? SCAN_SYMBOLOGY
                                             : SCAN_NONE;
}

const char *scan_label(struct xform_session *session, const char *ref)
{
    struct session_node group;
    return find_group(session, ref, &group) && *group.label.text ? group.label.text : NULL;
}

void scan_note_symbology(struct xform_session *session, const char *ref, const char *symbology)
{
    static const char *const names[] = {"symbology"};
    struct session_node group;
    if (scan_part_of(session, ref) != SCAN_TEXT || !find_group(session, ref, &group))
        return;
    struct err e = session_fill_group(session, group.ref, names, &symbology, 1, NULL);
    (void)e; /* a form that does not ask for it */
}
