/* Refs: "/data/child[2]/name" to nodes and back. */
#include "app/form/session_private.h"
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 256 };

/* A ref taken apart: the path without positions, and the position at each step (0: none given). */
struct ref_parts {
    char *path;
    uint32_t positions[STEPS_MAX];
    size_t steps;
};

static struct err bad_ref(const char *ref)
{
    return err_make(ERR_DATA, SESSION_MODULE, 0, "there is no node %.120s", ref);
}

/* Reads "[12]" at *at; false when it is malformed. */
static bool read_position(const char **at, uint32_t *out_position)
{
    char *end;
    unsigned long position = strtoul(*at + 1, &end, 10);
    if (end == *at + 1 || *end != ']' || position == 0 || position > UINT32_MAX)
        return false;
    *out_position = (uint32_t)position;
    *at = end + 1;
    return true;
}

static struct err take_apart(const char *ref, struct ref_parts *parts)
{
    char *write = parts->path;
    const char *read = ref;
    while (*read != '\0') {
        if (*read == '/' && ++parts->steps >= STEPS_MAX)
            return bad_ref(ref);
        if (*read == '[') {
            if (parts->steps == 0 || !read_position(&read, &parts->positions[parts->steps - 1]))
                return bad_ref(ref);
        } else {
            *write++ = *read++;
        }
    }
    *write = '\0';
    return err_ok();
}

/* The child of a field at a position (0: none given, the first); repeats are searched from the nearer end. */
static struct node *child_at(const struct node *parent, const struct field *field, uint32_t position)
{
    struct node *node = session_child(parent, field);
    struct node *last = field->is_repeat ? session_last_instance(parent, field) : NULL;
    if (last && position > last->place / 2) {
        while (last->place > position)
            last = session_instance_before(last);
        return last->place == position ? last : NULL;
    }
    for (uint32_t i = 1; node && i < position; i++)
        node = session_next_instance(node);
    return node;
}

/* Walks down to a field along its positions. */
static struct err descend(struct xform_session *session, const char *ref, const struct ref_parts *parts,
                          const struct field *field, struct place *out_place)
{
    const struct field *path[STEPS_MAX];
    const struct field *f = field;
    for (size_t i = field->depth; i > 0; i--, f = f->parent)
        path[i - 1] = f;
    struct node *node = session->root;
    for (uint32_t i = 0; i < field->depth; i++) {
        uint32_t position = parts->positions[i + 1]; /* step 0 is the root element */
        if (i + 1 == field->depth && field->is_repeat && position == 0) {
            *out_place = (struct place){.field = field, .parent = node};
            return err_ok();
        }
        node = child_at(node, path[i], position);
        if (!node)
            return bad_ref(ref);
    }
    *out_place = (struct place){.field = field, .node = node};
    return err_ok();
}

struct err session_find(struct xform_session *session, const char *ref, struct place *out_place)
{
    struct ref_parts *parts = calloc(1, sizeof *parts);
    char *path = parts ? strdup(ref) : NULL;
    struct err e = err_no_memory(SESSION_MODULE);
    if (path) {
        parts->path = path;
        e = *ref == '/' ? take_apart(ref, parts) : bad_ref(ref);
    }
    if (!err_is(&e)) {
        const struct field *field = xform_field_at(session->form, NULL, path);
        bool fits = field && parts->steps == field->depth + 1u;
        e = fits ? descend(session, ref, parts, field, out_place) : bad_ref(ref);
    }
    free(path);
    free(parts);
    return e;
}

const char *session_ref(struct xform_session *session, const struct node *node)
{
    buf_clear(&session->scratch);
    node_path(node, false, &session->scratch);
    return session_keep(session, buf_text(&session->scratch));
}

const char *session_series_ref(struct xform_session *session, const struct node *parent,
                               const struct field *repeat)
{
    buf_clear(&session->scratch);
    node_path(parent, false, &session->scratch);
    const char *last = strrchr(repeat->path, '/');
    buf_append_text(&session->scratch, last);
    return session_keep(session, buf_text(&session->scratch));
}
