/* Slips of the author that no session trips over, but every person would: an appearance that is nearly one, a
 * language nobody can choose, a value in a text that is not there. */
#include "app/form/nearest.h"
#include "app/form/xform_private.h"
#include <string.h>

#define XML_SPACE " \t\r\n"

enum { SHORT_NAME = 4 }; /* shorter names are too near to others */

/* ---- Appearances ---- */

static void check_appearance(struct xform *form, const struct control *control, const char *appearance)
{
    static const char *const known[] = {
        "annotate",      "autocomplete", "bearing",      "columns",       "compact",       "counter",
        "draw",          "ethiopian",    "field-list",   "hidden-answer", "horizontal",    "label",
        "likert",        "list",         "list-nolabel", "maps",          "masked",        "minimal",
        "month-year",    "multiline",    "new",          "new-front",     "new-rear",      "no-buttons",
        "no-calendar",   "no-ticks",     "numbers",      "picker",        "placement-map", "printer",
        "quick",         "quickcompact", "rating",       "search",        "signature",     "table-list",
        "thousands-sep", "url",          "vertical",     "year"};
    struct node where = xform_place(control->line, control->column);
    struct nearest nearest = nearest_begin(appearance, strlen(appearance));
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i], appearance) == 0)
            return;
        nearest_offer(&nearest, known[i]);
    }
    if (nearest.best && strlen(appearance) >= SHORT_NAME)
        xform_find(form, XFORM_WARNING, &where, xform_did_you_mean(form, nearest.best, ""),
                   "%s: nobody knows the appearance \"%s\"",
                   control->field ? control->field->path : "a group", appearance);
}

/* ---- Elements of the form ---- */

/* A plain path from the root: what stands elsewhere may depend on where it is asked. */
static bool is_plain_path(const char *text)
{
    return *text == '/' && !strpbrk(text, "[]()*=<>+|,'\" \t\n.@") && !strstr(text, "//");
}

/* The path that the value is, or begins with. */
static void check_output(struct xform *form, const struct node *element)
{
    const char *written = node_attribute(element, NULL, "value");
    written = written ? written : node_attribute(element, NULL, "ref");
    if (!written)
        return;
    written += strspn(written, XML_SPACE);
    char *path = arena_strndup(form->arena, written, strcspn(written, XML_SPACE));
    if (!path || !is_plain_path(path) || xform_field_at(form, NULL, path))
        return;
    xform_find(form, XFORM_WARNING, element,
               xform_did_you_mean(form, xform_nearest_field(form, path),
                                  "check the path for a misspelled or moved node"),
               "a text shows %s, which leads to no node", path);
}

static void check_translation(struct xform *form, const struct node *element)
{
    const char *name = node_attribute(element, NULL, "lang");
    for (size_t i = 0; name && i < form->itext.language_count; i++) {
        const struct xform_language *language = &form->itext.languages[i];
        bool has_tag = language->tag && *language->tag != '\0';
        if (strcmp(language->name, name) == 0 && !has_tag && form->itext.language_count > 1)
            xform_find(form, XFORM_WARNING, element,
                       "write its tag behind it, as in 中文 (zh-CN) or English (en)",
                       "the kiosk cannot tell which language \"%s\" is", name);
    }
}

void xform_check_author(struct xform *form)
{
    for (size_t i = 0; i < form->control_count; i++)
        for (size_t j = 0; j < form->control_list[i]->appearance_count; j++)
            check_appearance(form, form->control_list[i], form->control_list[i]->appearance[j]);
    for (const struct node *n = form->source->root.first; n; n = node_walk(&form->source->root, n)) {
        if (n->kind != NODE_ELEMENT)
            continue;
        if (strcmp(n->name->local, "output") == 0)
            check_output(form, n);
        else if (strcmp(n->name->local, "translation") == 0)
            check_translation(form, n);
    }
    if (*form->version == '\0')
        xform_find(form, XFORM_WARNING, form->primary, "give the instance's root a version, as in 2026112201",
                   "the form has no version: nobody can tell a new one from the old");
}
