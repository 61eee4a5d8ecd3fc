/* <itext>: texts by id in each language, each with its forms (spec "Languages", "Media"). */
#include "app/form/xform_private.h"
#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

static bool is_element(const struct node *n, const char *local)
{
    return n->kind == NODE_ELEMENT && strcmp(n->name->local, local) == 0;
}

/* "中文 (zh-CN)" has its tag in the parentheses; a name that is itself letters and hyphens like "en" or
 * "zh-Hans-CN" is its own tag. */
static const char *language_tag(struct arena *arena, const char *name)
{
    const char *open = strrchr(name, '(');
    const char *close = open ? strchr(open, ')') : NULL;
    if (close)
        return arena_strndup(arena, open + 1, (size_t)(close - open - 1));
    size_t primary = strcspn(name, "-_");
    if (primary < 2 || primary > 3)
        return "";
    for (const char *c = name; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_')
            return "";
    return name;
}

static size_t count_translations(const struct node *itext)
{
    size_t count = 0;
    for (const struct node *n = itext->first; n; n = n->next)
        count += is_element(n, "translation");
    return count;
}

static struct err add_language(struct xform *form, const struct node *translation, size_t at)
{
    const char *lang = node_attribute(translation, NULL, "lang");
    if (!lang || *lang == '\0')
        return xform_error(translation->line, "<translation> without a lang");
    for (size_t i = 0; i < at; i++)
        if (strcmp(form->itext.languages[i].name, lang) == 0)
            return xform_error(translation->line, "a second <translation> for %s", lang);
    const char *tag = language_tag(form->arena, lang);
    if (!tag)
        return err_no_memory(XFORM_MODULE);
    const char *mark = node_attribute(translation, NULL, "default");
    bool is_default = mark && strncmp(mark, "false", 5) != 0; /* default="" is usual */
    if (is_default)
        form->itext.default_language = (int)at;
    form->itext.languages[at] = (struct xform_language){.name = lang, .tag = tag};
    return err_ok();
}

static struct err set_form(struct xform *form, struct itext_entry *entry, const struct node *value)
{
    const char *kind = node_attribute(value, NULL, "form");
    if (!kind || strcmp(kind, "long") == 0)
        return xform_read_parts(form, value, &entry->text);
    if (strcmp(kind, "short") == 0)
        return xform_read_parts(form, value, &entry->short_text);
    if (strcmp(kind, "guidance") == 0)
        return xform_read_parts(form, value, &entry->guidance);
    static const struct {
        const char *kind;
        size_t offset;
    } media[] = {{"image", offsetof(struct itext_entry, image)},
                 {"big-image", offsetof(struct itext_entry, big_image)},
                 {"audio", offsetof(struct itext_entry, audio)},
                 {"video", offsetof(struct itext_entry, video)}};
    for (size_t i = 0; i < sizeof media / sizeof media[0]; i++) {
        if (strcmp(kind, media[i].kind) != 0)
            continue;
        const char *name = xform_media_name(form, value->text);
        if (!name)
            return err_no_memory(XFORM_MODULE);
        memcpy((char *)entry + media[i].offset, &name, sizeof name);
        return err_ok();
    }
    xform_find(form, XFORM_WARNING, value, "use image, big-image, audio, video, short or guidance",
               "itext form \"%s\" is not known", kind);
    return err_ok();
}

static struct err add_text(struct xform *form, const struct node *text, size_t language)
{
    const char *id = node_attribute(text, NULL, "id");
    if (!id) {
        xform_find(form, XFORM_WARNING, text, "give it an id", "<text> without an id");
        return err_ok();
    }
    struct itext_entry **by_language = text_map_get(&form->itext.texts, id);
    if (!by_language) {
        by_language = arena_array(form->arena, form->itext.language_count, sizeof(struct itext_entry *));
        if (!by_language || !text_map_put(&form->itext.texts, id, by_language))
            return err_no_memory(XFORM_MODULE);
    }
    if (by_language[language])
        return xform_error(text->line, "text \"%s\" is there twice in one language", id);
    struct itext_entry *entry = arena_alloc(form->arena, sizeof *entry);
    if (!entry)
        return err_no_memory(XFORM_MODULE);
    by_language[language] = entry;
    for (const struct node *n = text->first; n; n = n->next)
        if (is_element(n, "value"))
            TRY(set_form(form, entry, n));
    return err_ok();
}

/* Words that a translation leaves out of a text, say because it gives only a picture, are those of the
 * default language, as in ODK Collect. Its pictures and recordings are not: they would speak another
 * language. */
static void borrow_words(struct itext *itext)
{
    size_t at = 0;
    for (const char *id; (id = text_map_next(&itext->texts, &at)) != NULL;) {
        struct itext_entry *const *by_language = text_map_get(&itext->texts, id);
        const struct itext_entry *whole = by_language[itext->default_language];
        for (size_t i = 0; whole && i < itext->language_count; i++) {
            struct itext_entry *entry = by_language[i];
            if (!entry)
                continue;
            entry->text = entry->text ? entry->text : whole->text;
            entry->short_text = entry->short_text ? entry->short_text : whole->short_text;
            entry->guidance = entry->guidance ? entry->guidance : whole->guidance;
        }
    }
}

struct err xform_read_itext(struct xform *form)
{
    struct itext *itext = &form->itext;
    itext->default_language = -1;
    itext->texts.arena = form->arena;
    const struct node *source = node_child_local(form->model, "itext");
    if (!source)
        return err_ok();
    itext->language_count = count_translations(source);
    itext->languages = arena_array(form->arena, itext->language_count, sizeof *itext->languages);
    if (!itext->languages)
        return err_no_memory(XFORM_MODULE);
    size_t language = 0;
    for (const struct node *n = source->first; n; n = n->next) {
        if (!is_element(n, "translation"))
            continue;
        TRY(add_language(form, n, language));
        for (const struct node *text = n->first; text; text = text->next)
            if (is_element(text, "text"))
                TRY(xform_forgive(form, text, add_text(form, text, language)));
        language++;
    }
    if (itext->default_language < 0 && itext->language_count > 0)
        itext->default_language = 0;
    if (itext->default_language >= 0) {
        itext->languages[itext->default_language].is_default = true;
        borrow_words(itext);
    }
    return err_ok();
}

const struct itext_entry *itext_find(const struct itext *itext, const char *id, int language)
{
    struct itext_entry *const *by_language = text_map_get(&itext->texts, id);
    if (!by_language || language < 0)
        return NULL;
    return by_language[language] ? by_language[language] : by_language[itext->default_language];
}

/* ---- Which language fits a wish ---- */

static size_t primary_length(const char *tag)
{
    return strcspn(tag, "-_");
}

static bool same_primary(const char *a, const char *b)
{
    size_t length = primary_length(a);
    return length > 0 && length == primary_length(b) && strncasecmp(a, b, length) == 0;
}

size_t xform_languages(const struct xform *form, const struct xform_language **out_languages)
{
    *out_languages = form->itext.languages;
    return form->itext.language_count;
}

int xform_language_match(const struct xform *form, const char *wish)
{
    const struct itext *itext = &form->itext;
    if (!wish || itext->language_count == 0)
        return itext->default_language;
    for (size_t i = 0; i < itext->language_count; i++)
        if (strcmp(itext->languages[i].name, wish) == 0)
            return (int)i;
    for (size_t i = 0; i < itext->language_count; i++)
        if (*wish != '\0' && strcasecmp(itext->languages[i].tag, wish) == 0)
            return (int)i;
    for (size_t i = 0; i < itext->language_count; i++)
        if (same_primary(itext->languages[i].tag, wish))
            return (int)i;
    return itext->default_language;
}
