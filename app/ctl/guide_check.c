#include "app/ctl/guide_check.h"

#include "app/form/csv.h"
#include "app/form/nearest.h"
#include "app/service/guide.h"

#include <stdio.h>
#include <string.h>

enum { COUNT_PART = 2, PICTURE_PART = 3 };

struct table {
    struct csv *csv;
    const struct xform *form;
    struct advice *advice;
    size_t key, lang, value; /* columns */
};

static const char a_number[] = "digits", a_day[] = "2026-12-31";

static const char *cell(const struct table *table, size_t row, size_t column)
{
    return csv_cell(table->csv, row, column);
}

/* The header is line 1; a quoted line break before this row would make it more. */
static int line_of(size_t row)
{
    return (int)row + 2;
}

static bool find_columns(struct table *table)
{
    const char *const names[] = {"key", "lang", "value"};
    size_t *const columns[] = {&table->key, &table->lang, &table->value};
    for (size_t i = 0; i < 3; i++) {
        int column = csv_column(table->csv, names[i]);
        if (column < 0) {
            advise(table->advice, 1, "", "the first line is key,lang,value", "there is no column %s",
                   names[i]);
            return false;
        }
        *columns[i] = (size_t)column;
    }
    return true;
}

static bool has_row(const struct table *table, const char *key, const char *lang)
{
    for (size_t row = 0; row < csv_rows(table->csv); row++)
        if (strcmp(cell(table, row, table->key), key) == 0 &&
            (!lang || strcmp(cell(table, row, table->lang), lang) == 0))
            return true;
    return false;
}

static bool is_named_by_form(const struct table *table, const char *picture, size_t length)
{
    const char *const *names;
    size_t count = xform_media_names(table->form, &names);
    for (size_t i = 0; i < count; i++)
        if (strlen(names[i]) == length && strncmp(names[i], picture, length) == 0)
            return true;
    return false;
}

static void check_kind(struct table *table, size_t row)
{
    const char *value = cell(table, row, table->value), *kind = strchr(value, '|');
    char word[64];
    snprintf(word, sizeof word, " %.*s ", kind ? (int)strcspn(kind + 1, "|") : 0, kind ? kind + 1 : "");
    if (strstr(value, "｜"))
        advise(table->advice, line_of(row), "",
               "separate the parts with |, typed with the keyboard on English",
               "\"%s\" has a Chinese ｜ in it", value);
    else if (!strstr(" original copy electronic ", word))
        advise(table->advice, line_of(row), "", "write it like 户口本|original|1|household.png|首页",
               "\"%s\" does not say whether it is original, copy or electronic", value);
}

static void check_material(struct table *table, size_t row)
{
    const char *value = cell(table, row, table->value), *part = value;
    const char *vague = advice_vague_words(value);
    if (vague)
        advise(table->advice, line_of(row), "", "name each paper in a row of its own",
               "nobody can bring \"%s\"", vague);
    check_kind(table, row);
    for (int i = 0; i < PICTURE_PART && part; i++) {
        part = strchr(part, '|') ? strchr(part, '|') + 1 : NULL;
        if (part && i + 1 == COUNT_PART && strspn(part, "0123456789") != strcspn(part, "|"))
            advise(table->advice, line_of(row), "", "write it in digits, 5 or 10",
                   "%s: \"%.*s\" is no number", "material", (int)strcspn(part, "|"), part);
    }
    size_t length = part ? strcspn(part, "|") : 0;
    if (length > 0 && !is_named_by_form(table, part, length))
        advise(table->advice, line_of(row), "", "make it the image of the question it belongs to",
               "ODK Central takes no %.*s: the form does not name it", (int)length, part);
}

static bool is_day(const char *value)
{
    int year, month, day, used = 0;
    return sscanf(value, "%4d-%2d-%2d%n", &year, &month, &day, &used) == 3 && used == 10 && !value[used];
}

/* False after having said so. */
static bool has_shape(struct table *table, size_t row, const char *values)
{
    const char *value = cell(table, row, table->value);
    bool is_wrong_number = values == a_number && strspn(value, "0123456789") != strlen(value);
    bool is_wrong_day = values == a_day && !is_day(value);
    if (is_wrong_number)
        advise(table->advice, line_of(row), "", "write it in digits, 5 or 10", "%s: \"%s\" is no number",
               cell(table, row, table->key), value);
    if (is_wrong_day)
        advise(table->advice, line_of(row), "", "write it like 2026-12-31", "%s: \"%s\" is no day",
               cell(table, row, table->key), value);
    return !is_wrong_number && !is_wrong_day;
}

/* A name of another icon is one that the screen does not have: the tile would stand without. */
static void check_icon(struct table *table, size_t row)
{
    static const char *const icons[] = {YIZHAN_ICONS};
    const char *value = cell(table, row, table->value);
    struct nearest nearest = nearest_begin(value, strlen(value));
    char hint[100];
    for (size_t i = 0; i < sizeof icons / sizeof *icons; i++) {
        if (strcmp(icons[i], value) == 0)
            return;
        nearest_offer(&nearest, icons[i]);
    }
    snprintf(hint, sizeof hint, nearest.best ? "did you mean %s?" : "see the names in assets/icons",
             nearest.best);
    advise(table->advice, line_of(row), "", hint, "there is no icon %s", value);
}

static void check_phone(struct table *table, size_t row)
{
    const char *value = cell(table, row, table->value);
    if (!strpbrk(value, "0123456789"))
        advise(table->advice, line_of(row), "", "write it in digits, with the area code",
               "\"%s\" is no telephone number", value);
}

/* "title|text", "question|answer" */
static bool has_two_parts(struct table *table, size_t row)
{
    const char *value = cell(table, row, table->value), *bar = strchr(value, '|');
    bool has_both = bar && bar > value && bar[1] && bar[1] != '|';
    if (!has_both)
        advise(table->advice, line_of(row), "",
               "write it like 要交钱吗？|不收费, with the bar that is typed with the keyboard on English",
               "\"%s\" does not have two parts", value);
    return has_both;
}

static void check_faq(struct table *table, size_t row)
{
    has_two_parts(table, row);
}

static void check_notice(struct table *table, size_t row)
{
    const char *value = cell(table, row, table->value);
    char days[2][16];
    if (!has_two_parts(table, row))
        return;
    for (size_t i = 0; i < 2; i++) {
        guide_part(value, 2 + i, days[i], sizeof days[i]);
        if (*days[i] && !is_day(days[i]))
            advise(table->advice, line_of(row), "", "write it like 2026-12-31", "%s: \"%s\" is no day",
                   "notice", days[i]);
    }
    if (is_day(days[0]) && is_day(days[1]) && strcmp(days[0], days[1]) > 0)
        advise(table->advice, line_of(row), "", "correct one of them",
               "the first day %s is after the last, %s", days[0], days[1]);
}

static bool is_listed(const char *values, const char *value)
{
    size_t length = strlen(value);
    for (const char *at = values; (at = strstr(at, value)); at += length)
        if ((at == values || at[-1] == ' ') && (at[length] == ',' || at[length] == '\0'))
            return true;
    return false;
}

static void check_value(struct table *table, size_t row, const char *values)
{
    const char *value = cell(table, row, table->value);
    if (*value == '\0')
        advise(table->advice, line_of(row), "", "fill it in or delete the row", "%s is empty",
               cell(table, row, table->key));
    else if (has_shape(table, row, values) && values && values != a_number && values != a_day &&
             !is_listed(values, value))
        advise(table->advice, line_of(row), "", "", "%s is one of %s, not %s", cell(table, row, table->key),
               values, value);
}

static bool is_same(const struct table *table, size_t row, size_t other, size_t column)
{
    return strcmp(cell(table, row, column), cell(table, other, column)) == 0;
}

/* The first row of a language speaks for all of them. */
static bool is_first_of_language(const struct table *table, size_t row)
{
    for (size_t before = 0; before < row; before++)
        if (is_same(table, row, before, table->lang))
            return false;
    return true;
}

static void check_once(struct table *table, size_t row)
{
    for (size_t before = 0; before < row; before++)
        if (is_same(table, row, before, table->key) && is_same(table, row, before, table->lang)) {
            advise(table->advice, line_of(row), "", "delete one of the two", "%s stands in line %d already",
                   cell(table, row, table->key), line_of(before));
            return;
        }
}

/* What a key may hold; NULL for words of the author's own. */
static const struct {
    const char *key;
    bool is_needed;
    const char *values;
    bool is_one; /* a second row in the same language would never be seen */
    void (*check)(struct table *table, size_t row);
} known[] = {
    {"title", true, NULL, true, NULL},
    {"item_code", false, NULL, false, NULL},
    {"category", true, NULL, true, NULL},
    {"audience", true, NULL, false, NULL},
    {"icon", true, NULL, true, check_icon},
    {"order", true, a_number, true, NULL},
    {"department", true, NULL, true, NULL},
    {"legal_basis", false, NULL, false, NULL},
    {"condition", false, NULL, false, NULL},
    {"material", false, NULL, false, check_material},
    {"fee", true, NULL, false, NULL},
    {"time_limit", true, NULL, false, NULL},
    {"due_days", false, a_number, true, NULL},
    {"result", true, NULL, false, NULL},
    {"phone", true, NULL, true, check_phone},
    {"complaint_phone", false, NULL, false, check_phone},
    {"channel", true, "kiosk, paper, both", true, NULL},
    {"devices", false, "idcard, camera, scanner, printer", false, NULL},
    {"purpose", true, NULL, false, NULL},
    {"recipient", true, NULL, false, NULL},
    {"retention", true, NULL, false, NULL},
    {"consent_version", true, NULL, true, NULL},
    {"helper_allowed", false, "family, guardian, authorisation", false, NULL},
    {"no_card", false, "refuse, typed", true, NULL},
    {"suggest_when", false, NULL, true, NULL},
    {"supplement_form", false, NULL, true, NULL},
    {"withdraw_form", false, NULL, true, NULL},
    {"valid_from", false, a_day, true, NULL},
    {"valid_to", false, a_day, true, NULL},
    {"note", false, NULL, false, NULL},
    {"faq", false, NULL, false, check_faq},
    {"notice", false, NULL, false, check_notice},
};
enum { KNOWN_COUNT = sizeof known / sizeof *known };

/* A key of none: what it is most likely to be. */
static void check_unknown(struct table *table, size_t row, const char *key)
{
    struct nearest nearest = nearest_begin(key, strlen(key));
    char hint[100];
    for (size_t i = 0; i < KNOWN_COUNT; i++)
        nearest_offer(&nearest, known[i].key);
    snprintf(hint, sizeof hint,
             nearest.best ? "did you mean %s?" : "see the keys in docs/ADDING_A_SERVICE.md", nearest.best);
    bool is_chinese = strstr(key, "，") || strstr(key, "；");
    advise(table->advice, line_of(row), "",
           is_chinese ? "separate the cells with commas, typed with the keyboard on English" : hint,
           "a kiosk knows no key %s", key);
}

static void check_row(struct table *table, size_t row)
{
    const char *key = cell(table, row, table->key), *lang = cell(table, row, table->lang);
    if (*lang && !has_row(table, "title", lang) && is_first_of_language(table, row))
        advise(table->advice, line_of(row), "", "write zh-CN or en, or leave it empty for all",
               "the title has no language %s", lang);
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        if (strcmp(known[i].key, key) != 0)
            continue;
        check_value(table, row, known[i].values);
        if (known[i].is_one)
            check_once(table, row);
        if (known[i].check && *cell(table, row, table->value))
            known[i].check(table, row);
        return;
    }
    check_unknown(table, row, key);
}

/* The title's languages are the service's: what is said in one of them is said in all. */
static void check_languages(struct table *table, const char *key)
{
    for (size_t row = 0; row < csv_rows(table->csv); row++) {
        const char *lang = cell(table, row, table->lang);
        bool is_title = strcmp(cell(table, row, table->key), "title") == 0;
        if (is_title && *lang && !has_row(table, key, lang) && !has_row(table, key, ""))
            advise(table->advice, 0, "", "add the row", "%s is missing in %s", key, lang);
    }
}

static const char *value_of(const struct table *table, const char *key)
{
    for (size_t row = 0; row < csv_rows(table->csv); row++)
        if (strcmp(cell(table, row, table->key), key) == 0)
            return cell(table, row, table->value);
    return "";
}

static void check_keys(struct table *table)
{
    const char *from = value_of(table, "valid_from"), *to = value_of(table, "valid_to");
    if (is_day(from) && is_day(to) && strcmp(from, to) > 0)
        advise(table->advice, 0, "", "correct one of them", "valid_from %s is after valid_to %s", from, to);
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        if (has_row(table, known[i].key, NULL))
            check_languages(table, known[i].key);
        else if (known[i].is_needed)
            advise(table->advice, 0, "", "add the row", "%s is missing", known[i].key);
    }
}

void guide_check(const char *bytes, size_t length, const struct xform *form, struct advice *advice)
{
    struct table table = {.form = form, .advice = advice};
    struct err e = csv_parse(bytes, length, &table.csv);
    if (err_is(&e)) {
        advise(advice, 0, "", "", "%s", e.text);
        return;
    }
    if (find_columns(&table)) {
        for (size_t row = 0; row < csv_rows(table.csv); row++)
            check_row(&table, row);
        check_keys(&table);
    }
    csv_destroy(&table.csv);
}
