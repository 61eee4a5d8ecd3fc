/*
 * What the voice says: of a new screen what is asked, what to do and what to choose from; of a screen that
 * changed only what is new on it, and what a touch did to it. Personal answers, what was written, and names
 * inside questions are said when they are asked for: by the repeat key, or by the keypad that stands on them.
 */
#include "app/journey/speech.h"

#include "app/journey/internal.h"
#include "board/base/hash.h"
#include "board/base/utf8.h"
#include "board/base/wipe.h"

#include <stdio.h>
#include <string.h>

static bool ends_with(const struct buf *words, const char *end)
{
    size_t length = strlen(end);
    return words->length >= length && memcmp(words->data + words->length - length, end, length) == 0;
}

/* A pause between what belongs to different nodes: the mark that the text has at its end, or a full stop. */
static void end_sentence(const struct lang *lang, struct buf *words)
{
    static const char *const marks[] = {"。",   "？", "！", "；", "：", "。”", "？”", "！”",
                                        "。）", ".",  "?",  "!",  ";",  ":",   ".)",  ".\""};
    bool is_chinese = strcmp(lang_script(lang), "Hans") == 0, has_mark = false;
    if (words->length == 0 || ends_with(words, " "))
        return;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        has_mark = has_mark || ends_with(words, marks[i]);
    if (!has_mark)
        buf_append_text(words, is_chinese ? "。" : ".");
    if (!is_chinese)
        buf_append_text(words, " ");
}

static bool is_named(const struct ui_node *node, const char *begin)
{
    return node->id && strncmp(node->id, begin, strlen(begin)) == 0;
}

/* What somebody may not want the hall to hear, or does not want to hear each time: answers, the services to
 * choose from. The repeat key says them. */
static bool is_asked_after(const struct ui_node *node)
{
    return node->role == UI_ROLE_FIELD || is_named(node, "answer:") || is_named(node, "part:") ||
           is_named(node, "service:") || is_named(node, "whose-card");
}

/* The state of the link is not news to a visitor; everything else the machine has to tell is. To an empty
 * hall only what somebody forgot. */
static bool is_spoken(const struct journey *journey, const struct ui_node *node)
{
    if (node->is_hidden)
        return false;
    bool is_alone = journey->state == STATE_ATTRACT && node->box != UI_BOX_CAUTION;
    if (is_asked_after(node) || is_alone)
        return journey->speech.is_asked_for;
    switch (node->role) {
    case UI_ROLE_HEADING:
    case UI_ROLE_TEXT:
    case UI_ROLE_OPTION:
    case UI_ROLE_TICK:
        return true;
    case UI_ROLE_STATUS:
        return !is_named(node, "status");
    default:
        return false;
    }
}

/* Another state, or another question of the same state: everything on it is new. */
static void begin_subject(struct journey *journey, struct ui_tree *tree)
{
    struct buf heading;
    struct ui_node *node = ui_tree_root(tree);
    buf_init_private(&heading);
    while (node && node->role != UI_ROLE_HEADING)
        node = ui_node_walk(node);
    if (node)
        ui_node_spoken(node, &heading);
    uint64_t subject = hash_text(hash_text(HASH_START, journey_state(journey)), buf_text(&heading));
    if (subject != journey->speech.subject)
        journey->speech = (struct speech){.subject = subject, .news = journey->speech.news};
    buf_finish(&heading);
}

static bool was_said(const struct speech *speech, uint64_t hash)
{
    for (size_t i = 0; i < speech->said_count; i++)
        if (speech->said[i] == hash)
            return true;
    return false;
}

static void note_said(struct speech *speech, uint64_t hash)
{
    if (!was_said(speech, hash) && speech->said_count < SPOKEN_MAX)
        speech->said[speech->said_count++] = hash;
}

static void append_parts(const struct lang *lang, const struct ui_node *node, struct buf *words)
{
    if (node->kind == UI_LABEL && node->text && *node->text) {
        end_sentence(lang, words);
        buf_append_text(words, node->text);
    }
    for (const struct ui_node *part = node->first; part; part = part->next)
        append_parts(lang, part, words);
}

/* As ui_node_spoken(), but what stands in different parts of it, a title and its detail, are sentences. */
static void append_said(const struct lang *lang, const struct ui_node *node, struct buf *words)
{
    if (node->label)
        buf_append_text(words, node->label);
    else
        append_parts(lang, node, words);
}

static void add_words(struct journey *journey, const struct ui_node *node, struct buf *words)
{
    struct speech *speech = &journey->speech;
    struct buf sentence;
    buf_init_private(&sentence);
    append_said(journey_lang(journey), node, &sentence);
    if (!speech->is_asked_for)
        discretion_apply(journey, &sentence);
    uint64_t hash = hash_text(HASH_START, buf_text(&sentence));
    if (sentence.length > 0 && !was_said(speech, hash)) {
        note_said(speech, hash);
        buf_append(words, sentence.data, sentence.length);
        end_sentence(journey_lang(journey), words);
    }
    buf_finish(&sentence);
}

static void say(struct journey *journey, const struct buf *words)
{
    const struct spoken_line line = {.lang = lang_tag(journey_lang(journey)),
                                     .text = buf_text(words),
                                     .is_slow = journey->voice == UI_VOICE_SLOW,
                                     .is_loud =
                                         journey->voice == UI_VOICE_LOUD || journey->voice == UI_VOICE_SLOW};
    if (journey->voice != UI_VOICE_OFF && words->length > 0)
        journey->ports->say(journey->ports->context, &line);
}

void speech_tell(struct journey *journey, const char *id, const char *what, size_t count)
{
    struct spoken_news *news = &journey->speech.news;
    news->id = id;
    snprintf(news->what, sizeof news->what, "%s", what);
    utf8_clean(news->what);
    snprintf(news->count, sizeof news->count, "%zu", count);
    journey_touch(journey);
}

static void say_news(struct journey *journey, struct arena *arena, struct buf *words)
{
    struct spoken_news *news = &journey->speech.news;
    const char *values[] = {news->what, news->count};
    if (!news->id)
        return;
    const char *text = lang_format(journey_lang(journey), arena, news->id, 2, values);
    struct buf sentence;
    buf_init_private(&sentence);
    buf_append_text(&sentence, text ? text : "");
    discretion_apply(journey, &sentence);
    note_said(&journey->speech, hash_text(HASH_START, buf_text(&sentence))); /* it may stand there too */
    buf_append(words, sentence.data, sentence.length);
    end_sentence(journey_lang(journey), words);
    buf_finish(&sentence);
    wipe(news, sizeof *news);
}

void speech_of_screen(struct journey *journey, struct ui_tree *tree)
{
    struct buf words;
    buf_init_private(&words);
    begin_subject(journey, tree);
    say_news(journey, ui_tree_arena(tree), &words);
    for (struct ui_node *node = ui_tree_root(tree); node; node = ui_node_walk(node))
        if (is_spoken(journey, node))
            add_words(journey, node, &words);
    journey->speech.is_asked_for = false;
    say(journey, &words);
    buf_finish(&words);
}

void speech_again(struct journey *journey)
{
    journey->speech.said_count = 0;
    journey->speech.is_asked_for = true;
    journey_touch(journey);
}

/* Who does not see the key hears that it has been muted: the last that is said. */
void speech_turn_voice(struct journey *journey)
{
    static const char *const news[UI_VOICES] = {[UI_VOICE_USUAL] = "speech.voice_usual",
                                                [UI_VOICE_LOUD] = "speech.voice_loud",
                                                [UI_VOICE_SLOW] = "speech.voice_slow",
                                                [UI_VOICE_OFF] = "speech.voice_off"};
    enum ui_voice next = (journey->voice + 1) % UI_VOICES;
    journey->speech.said_count = 0;
    if (next == UI_VOICE_OFF) {
        struct buf words;
        buf_init(&words);
        buf_append_text(&words, journey_text(journey, news[next]));
        say(journey, &words);
        buf_finish(&words);
    } else {
        speech_tell(journey, news[next], "", 0);
    }
    journey->voice = next;
    journey_touch(journey);
}

static const char *said_instead(const struct lang *lang, const char *kind, const char *words)
{
    char id[64];
    snprintf(id, sizeof id, "%s.%s", kind, words);
    return lang_has(lang, id) ? lang_text(lang, id) : words;
}

const char *speech_of_key(const struct lang *lang, const char *key)
{
    return said_instead(lang, "key", key);
}

/* There is room on a key for what is seen, with its icon; the ear gets whole words. */
static void append_control(const struct lang *lang, const struct ui_node *control, struct buf *words)
{
    struct buf shown;
    bool is_typed = is_named(control, "key:") || is_named(control, "text-key:");
    buf_init_private(&shown);
    append_said(lang, control, &shown);
    buf_append_text(words, said_instead(lang, is_typed ? "key" : "said", buf_text(&shown)));
    buf_finish(&shown);
}

void journey_focus(struct journey *journey, const struct ui_node *control)
{
    struct buf words;
    buf_init_private(&words);
    append_control(journey_lang(journey), control, &words);
    if (control->is_selected) {
        end_sentence(journey_lang(journey), &words);
        buf_append_text(&words, journey_text(journey, "speech.selected"));
    }
    journey->ports->hush(journey->ports->context);
    say(journey, &words);
    buf_finish(&words);
}
