#include "app/ctl/clerk_check.h"

#include "app/ctl/common_characters.h"
#include "app/form/session.h"
#include "app/form/xpath.h"
#include "board/base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHOICES_MAX = 36,     /* six pages of six tiles: longer lists need a search */
    COMMON_PERCENT = 95,  /* so much of a form's Chinese is common characters */
    RARE_LISTED_MAX = 40, /* distinct rare characters that are named */
    PAPER_PART = 3,       /* of a material: its picture */
    REF_SIZE = XFORM_REF_SIZE
};

struct check {
    const struct xform *form;
    const struct guide *guide;
    struct xform_session *session;
    struct advice *advice;
    const struct xform_language *language; /* in which it is read now; NULL for a form with one only */
    size_t chinese, rare;                  /* characters counted */
    uint32_t rare_ones[RARE_LISTED_MAX];
    size_t rare_count;
};

static bool is_in(const char *text, const char *const *words, size_t count, const char **out_word)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(text, words[i])) {
            *out_word = words[i];
            return true;
        }
    return false;
}

#define COUNT_OF(words) (sizeof words / sizeof *(words))

/* ---- words ---- */

static const char *tag(const struct check *check)
{
    return check->language ? check->language->tag : "";
}

static bool reads_chinese(const struct check *check)
{
    return strncmp(tag(check), "zh", 2) == 0 || *tag(check) == '\0';
}

static bool is_chinese(uint32_t character)
{
    return character >= 0x4E00 && character <= 0x9FFF;
}

static int by_code_point(const void *a, const void *b)
{
    uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;
    return one < other ? -1 : one > other;
}

static bool is_common(uint32_t character)
{
    return bsearch(&character, common_characters, COMMON_CHARACTERS, sizeof character, by_code_point) != NULL;
}

static void note_rare(struct check *check, uint32_t character)
{
    check->rare++;
    for (size_t i = 0; i < check->rare_count; i++)
        if (check->rare_ones[i] == character)
            return;
    if (check->rare_count < RARE_LISTED_MAX)
        check->rare_ones[check->rare_count++] = character;
}

/* Names of papers and offices that people know by sight, and names of laws, whatever their characters. */
static size_t known_by_sight(const char *text)
{
    static const char *const names[] = {"残疾证", "残疾", "银行卡", "户口本",
                                        "身份证", "签名", "农机",   "宅基地"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (strncmp(text, names[i], strlen(names[i])) == 0)
            return strlen(names[i]);
    const char *end = strncmp(text, "《", strlen("《")) == 0 ? strstr(text, "》") : NULL;
    return end ? (size_t)(end - text) : 0;
}

static void count_characters(struct check *check, const char *text)
{
    const char *end = text + strlen(text);
    while (text < end) {
        size_t known = known_by_sight(text);
        if (known > 0) {
            text += known;
            continue;
        }
        uint32_t character = utf8_next(&text, end);
        check->chinese += is_chinese(character);
        if (is_chinese(character) && !is_common(character))
            note_rare(check, character);
    }
}

static bool has_chinese(const char *text)
{
    for (const char *end = text + strlen(text); text < end;)
        if (is_chinese(utf8_next(&text, end)))
            return true;
    return false;
}

static void check_words(struct check *check, const char *ref, const char *text)
{
    const char *word = advice_vague_words(text);
    if (word)
        advise(check->advice, 0, ref, "name each paper", "nobody can bring \"%s\"", word);
    if (reads_chinese(check))
        count_characters(check, text);
}

static void report_rare(struct check *check)
{
    char list[RARE_LISTED_MAX * 4 + 1];
    size_t length = 0;
    if (check->chinese == 0 || (check->chinese - check->rare) * 100 >= check->chinese * COMMON_PERCENT)
        return;
    for (size_t i = 0; i < check->rare_count; i++)
        length += utf8_put(check->rare_ones[i], list + length);
    list[length] = '\0';
    advise(check->advice, 0, "", "say it the way people speak",
           "%zu of %zu characters are beyond the commonest %d: %s", check->rare, check->chinese,
           COMMON_CHARACTERS, list);
}

/* ---- what is said and heard ---- */

static void check_text(struct check *check, const struct session_node *node)
{
    if (*node->label.text == '\0')
        advise(check->advice, 0, node->ref, "write what is asked, also where a picture shows it",
               "there is nothing to read aloud%s%s", check->language ? " in " : "",
               check->language ? check->language->name : "");
    else if (!reads_chinese(check) && has_chinese(node->label.text) && !strstr(node->label.text, "“"))
        advise(check->advice, 0, node->ref, "translate it", "it is still Chinese in %s",
               check->language->name);
    check_words(check, node->ref, node->label.text);
    check_words(check, node->ref, node->hint.text);
}

/* A recording in one language and none in another: the voice changes in the middle of a form. */
static void check_voice(struct check *check, const char *ref)
{
    const struct xform_language *languages;
    size_t count = xform_languages(check->form, &languages), with = 0;
    const char *without = "";
    for (size_t i = 0; i < count; i++) {
        struct session_node node;
        struct err e = session_set_language(check->session, languages[i].name);
        if (!err_is(&e))
            e = session_look(check->session, ref, &node);
        bool has_audio = !err_is(&e) && node.label.audio;
        with += has_audio;
        without = has_audio ? without : languages[i].name;
    }
    if (with > 0 && with < count)
        advise(check->advice, 0, ref, "record it in each language, or in none", "there is no recording in %s",
               without);
}

/* ---- what is asked ---- */

static void check_choices(struct check *check, const struct session_node *node)
{
    bool can_search = session_has_appearance(node, "autocomplete") || session_has_appearance(node, "search");
    if (node->choice_count > CHOICES_MAX && !can_search)
        advise(check->advice, 0, node->ref, "appearance autocomplete, or ask for the township first",
               "a list of %zu without a search", node->choice_count);
    for (size_t i = 0; i < node->choice_count; i++)
        check_words(check, node->ref, node->choices[i].label.text);
}

/* A number that stands on some paper, and nobody knows by heart. */
static void check_number(struct check *check, const struct session_node *node)
{
    static const char *const numbers[] = {"编号", "代码", "账号", "卡号", "证号", "号码是"};
    const char *word;
    if (node->required && *node->hint.text == '\0' &&
        is_in(node->label.text, numbers, COUNT_OF(numbers), &word))
        advise(check->advice, 0, node->ref, "say in the hint where it stands, or do not require it",
               "nobody knows the %s by heart", word);
}

static bool guide_names(const struct check *check, const char *picture)
{
    const char *material;
    for (size_t i = 0; (material = guide_item(check->guide, "material", tag(check), i)); i++) {
        char part[128];
        guide_part(material, PAPER_PART, part, sizeof part);
        if (strcmp(part, picture) == 0)
            return true;
    }
    return false;
}

/* A paper that must be photographed and that the guide does not tell her to bring. */
static void check_paper(struct check *check, const struct session_node *node)
{
    if (!node->required || !check->guide || session_has_appearance(node, "signature") ||
        session_has_appearance(node, "new-front"))
        return;
    if (!node->label.image || !guide_names(check, node->label.image))
        advise(check->advice, 0, node->ref, "make it a material of the guide, with this question's picture",
               "a paper is required that the guide does not tell people to bring");
}

static void check_question(struct check *check, const struct session_node *node, bool is_from_card)
{
    check_text(check, node);
    check_choices(check, node);
    if (!reads_chinese(check) || is_from_card || node->readonly)
        return;
    if (node->kind == XFORM_INPUT)
        check_number(check, node);
    else if (node->kind == XFORM_UPLOAD)
        check_paper(check, node);
}

/* ---- all of it ---- */

static struct err check_node(struct check *check, const char *ref, bool is_from_card, bool wants_voice);

/* The children's refs are borrowed until the next look. */
static struct err check_children(struct check *check, const struct session_node *node, bool is_from_card,
                                 bool wants_voice)
{
    size_t count = node->child_count;
    char(*refs)[REF_SIZE] = calloc(count + 1, sizeof *refs);
    struct err e = refs ? err_ok() : err_no_memory("clerk");
    for (size_t i = 0; refs && i < count; i++)
        snprintf(refs[i], REF_SIZE, "%s", node->children[i]);
    for (size_t i = 0; !err_is(&e) && i < count; i++)
        e = check_node(check, refs[i], is_from_card, wants_voice);
    free(refs);
    return e;
}

static struct err check_node(struct check *check, const char *ref, bool is_from_card, bool wants_voice)
{
    struct session_node node;
    TRY(session_look(check->session, ref, &node));
    if (node.kind == XFORM_REPEAT && node.child_count == 0) {
        struct err none = session_add_repeat(check->session, ref, 0);
        (void)none; /* one whose number the form counts out: its questions are not seen */
        TRY(session_look(check->session, ref, &node));
    }
    bool is_group = node.kind == XFORM_ROOT || node.kind == XFORM_GROUP || node.kind == XFORM_REPEAT ||
                    node.kind == XFORM_INSTANCE;
    if (is_group)
        return check_children(check, &node, is_from_card || node.intent, wants_voice);
    if (node.kind == XFORM_MODEL)
        return err_ok();
    if (wants_voice)
        check_voice(check, ref);
    else
        check_question(check, &node, is_from_card);
    return err_ok();
}

/* Asked of a person who is not there yet: what is to be learnt is whether it can be asked at all. */
static void check_suggestion(struct check *check, const char *root)
{
    const char *when = check->guide ? guide_text(check->guide, "suggest_when", "") : "";
    char expression[512];
    struct xpath_value value;
    snprintf(expression, sizeof expression, "boolean(%s)", when);
    struct err e = *when ? session_eval(check->session, expression, root, &value) : err_ok();
    if (err_is(&e))
        advise(check->advice, 0, "", "write it like (today() - date(birth)) div 365.25 >= 80",
               "suggest_when of the guide does not read: %s", e.text);
}

static struct err check_languages(struct check *check)
{
    const struct xform_language *languages;
    size_t count = xform_languages(check->form, &languages);
    char root[REF_SIZE];
    snprintf(root, sizeof root, "%s", session_root_ref(check->session));
    for (size_t i = 0; i < count; i++) {
        check->language = &languages[i];
        TRY(session_set_language(check->session, languages[i].name));
        TRY(check_node(check, root, false, false));
    }
    if (count == 0)
        TRY(check_node(check, root, false, false));
    TRY(check_node(check, root, false, true));
    check_suggestion(check, root);
    report_rare(check);
    return err_ok();
}

void clerk_check_number(const struct xform *form, struct advice *advice)
{
    int line = xform_line_of_intent(form, XFORM_INTENT_CARD);
    if (line > 0 && !xform_has_field(form, "case_number"))
        advise(advice, line, "", "add a hidden case_number",
               "the form has no case_number: the office will not know the receipt's number");
}

struct err clerk_check(const struct xform *form, const struct guide *guide, struct advice *advice)
{
    struct check check = {.form = form, .guide = guide, .advice = advice};
    const struct session_inputs inputs = {.instance_id = "uuid:check"};
    clerk_check_number(form, advice);
    TRY(session_create(form, &inputs, &check.session));
    struct err e = check_languages(&check);
    session_destroy(&check.session);
    return e;
}
