/* Labels, hints and messages in the session's language, with their outputs filled in. */
#include "app/form/markdown.h"
#include "app/form/session_private.h"
#include <string.h>

void *session_view_alloc(struct xform_session *session, size_t count, size_t size)
{
    if (!session->views)
        session->views = arena_create(ARENA_PRIVATE, SESSION_BYTES_MAX);
    return session->views ? arena_array(session->views, count, size) : NULL;
}

const char *session_keep(struct xform_session *session, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = session_view_alloc(session, size, 1);
    return copy ? memcpy(copy, text, size) : NULL;
}

/* Converters put spaces around what stands beside an <output>. */
static const char *trimmed(struct xform_session *session, const char *text)
{
    static const char space[] = " \t\r\n";
    text += strspn(text, space);
    size_t length = strlen(text);
    if (length == 0 || !strchr(space, text[length - 1]))
        return text;
    char *kept = (char *)session_keep(session, text);
    while (kept && length > 0 && strchr(space, kept[length - 1]))
        kept[--length] = '\0';
    return kept ? kept : text;
}

const char *session_plain(struct xform_session *session, const char *text)
{
    if (!session->plain_texts)
        return text;
    text = trimmed(session, text);
    if (!markdown_is_likely(text))
        return text;
    buf_clear(&session->scratch);
    markdown_strip(text, &session->scratch);
    const char *plain = session->scratch.failed ? NULL : session_keep(session, buf_text(&session->scratch));
    return plain ? plain : text;
}

static struct err append_output(struct xform_session *session, struct node *node, const struct xpath *output,
                                struct buf *out_text)
{
    if (session->outputs) {
        buf_append_text(out_text, session->outputs);
        return err_ok();
    }
    struct xpath_context context = session_context(session, node);
    const struct node *outer = session->context;
    session->context = node;
    const char *value = "";
    struct err e = xpath_eval_string(session->machine, output, &context, &value);
    session->context = outer;
    if (!err_is(&e))
        buf_append_text(out_text, value);
    return e;
}

/* What has been put together since the mark, kept in the views' arena; the buffer is as it was at the mark.
 */
static struct err keep_text(struct xform_session *session, size_t mark, struct err e, const char **out_text)
{
    struct buf *texts = &session->texts;
    const char *kept = NULL;
    if (!err_is(&e) && !texts->failed)
        kept = session_keep(session, buf_text(texts) + mark);
    if (mark == 0) {
        buf_clear(texts);
    } else {
        texts->length = mark;
        texts->data[mark] = '\0';
    }
    if (kept)
        *out_text = kept;
    return err_is(&e) || kept ? e : err_no_memory(SESSION_MODULE);
}

/* A text of one literal, as nearly all are, needs no copy. */
static struct err parts_text(struct xform_session *session, struct node *node, const struct text_part *parts,
                             const char **out_text)
{
    if (!parts || (!parts->next && !parts->output)) {
        *out_text = parts ? parts->literal : "";
        return err_ok();
    }
    size_t mark = session->texts.length;
    struct err e = err_ok();
    for (const struct text_part *p = parts; p && !err_is(&e); p = p->next) {
        buf_append_text(&session->texts, p->literal);
        if (p->output)
            e = append_output(session, node, p->output, &session->texts);
    }
    return keep_text(session, mark, e, out_text);
}

static struct err entry_text(struct xform_session *session, struct node *node,
                             const struct itext_entry *entry, struct session_text *out_text,
                             const char **out_guidance)
{
    TRY(parts_text(session, node, entry->text, &out_text->text));
    if (entry->guidance && out_guidance)
        TRY(parts_text(session, node, entry->guidance, out_guidance));
    out_text->image = entry->image;
    out_text->big_image = entry->big_image;
    out_text->audio = entry->audio;
    out_text->video = entry->video;
    return err_ok();
}

static struct err calculated_text(struct xform_session *session, struct node *node, const struct text *text,
                                  struct session_text *out_text)
{
    size_t mark = session->texts.length;
    struct err e = append_output(session, node, text->ref, &session->texts);
    return keep_text(session, mark, e, &out_text->text);
}

struct err session_text(struct xform_session *session, struct node *node, const struct text *text,
                        struct session_text *out_text, const char **out_guidance)
{
    *out_text = (struct session_text){.given = text != NULL, .text = ""};
    if (out_guidance)
        *out_guidance = "";
    if (!text)
        return err_ok();
    if (text->ref)
        return calculated_text(session, node, text, out_text);
    const struct itext_entry *entry =
        text->itext_id ? itext_find(&session->form->itext, text->itext_id, session->language) : NULL;
    if (entry)
        return entry_text(session, node, entry, out_text, out_guidance);
    if (text->itext_id && !text->parts) {
        out_text->text =
            text->itext_id; /* better a strange word than an empty screen; the check has said so */
        return err_ok();
    }
    return parts_text(session, node, text->parts, &out_text->text);
}

/* As ODK Collect has it: "[itext:id]". */
static const char *missing_text(struct xform_session *session, const char *id)
{
    buf_clear(&session->scratch);
    buf_printf(&session->scratch, "[itext:%s]", id);
    return session_keep(session, buf_text(&session->scratch));
}

const char *session_itext(void *user, const char *id)
{
    struct xform_session *session = user;
    const struct itext_entry *entry = itext_find(&session->form->itext, id, session->language);
    const char *text = NULL;
    if (!entry)
        return missing_text(session, id);
    struct node *node = session->context ? (struct node *)session->context : session->root;
    struct err e = parts_text(session, node, entry->text, &text);
    return err_is(&e) ? NULL : text;
}
