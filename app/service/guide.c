#include "app/service/guide.h"

#include "app/form/csv.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct guide {
    struct csv *csv;
    size_t key, lang, value; /* columns */
};

static struct err find_column(const struct csv *csv, const char *name, size_t *out_column)
{
    int column = csv_column(csv, name);
    if (column < 0)
        return err_make(ERR_DATA, "guide", 0, "guide.csv: the first line must name a column %s", name);
    *out_column = (size_t)column;
    return err_ok();
}

static struct err find_columns(struct guide *guide)
{
    TRY(find_column(guide->csv, "key", &guide->key));
    TRY(find_column(guide->csv, "lang", &guide->lang));
    return find_column(guide->csv, "value", &guide->value);
}

struct err guide_parse(const char *bytes, size_t length, struct guide **out_guide)
{
    struct guide *guide = calloc(1, sizeof *guide);
    if (!guide)
        return err_no_memory("guide");
    struct err e = csv_parse(bytes, length, &guide->csv);
    if (!err_is(&e))
        e = find_columns(guide);
    if (err_is(&e)) {
        guide_destroy(&guide);
        return err_context(e, "guide.csv");
    }
    *out_guide = guide;
    return err_ok();
}

void guide_destroy(struct guide **guide)
{
    if (!guide || !*guide)
        return;
    csv_destroy(&(*guide)->csv);
    free(*guide);
    *guide = NULL;
}

/* 3: this very language, or every language; 2: its primary subtag; 1: another language. */
static int language_rank(const char *has, const char *wants)
{
    if (*has == '\0' || strcasecmp(has, wants) == 0)
        return 3;
    size_t primary = strcspn(wants, "-");
    bool same = strncasecmp(has, wants, primary) == 0 && (has[primary] == '\0' || has[primary] == '-');
    return same ? 2 : 1;
}

static bool has_key(const struct guide *guide, size_t row, const char *key)
{
    return strcmp(csv_cell(guide->csv, row, guide->key), key) == 0;
}

/* The language whose rows of this key are shown: the best rank, and of equals the first. */
static const char *language_of_key(const struct guide *guide, const char *key, const char *wants)
{
    const char *best = NULL;
    int best_rank = 0;
    for (size_t row = 0; row < csv_rows(guide->csv); row++) {
        if (!has_key(guide, row, key))
            continue;
        const char *has = csv_cell(guide->csv, row, guide->lang);
        int rank = *has ? language_rank(has, wants) : 0;
        if (!best || rank > best_rank) {
            best = has;
            best_rank = rank;
        }
    }
    return best;
}

const char *guide_item(const struct guide *guide, const char *key, const char *lang, size_t index)
{
    const char *chosen = guide ? language_of_key(guide, key, lang) : NULL;
    if (!chosen)
        return NULL;
    for (size_t row = 0; row < csv_rows(guide->csv); row++) {
        const char *has = csv_cell(guide->csv, row, guide->lang);
        if (has_key(guide, row, key) && (*has == '\0' || strcmp(has, chosen) == 0) && index-- == 0)
            return csv_cell(guide->csv, row, guide->value);
    }
    return NULL;
}

const char *guide_text(const struct guide *guide, const char *key, const char *lang)
{
    const char *text = guide_item(guide, key, lang, 0);
    return text ? text : "";
}

void guide_part(const char *value, size_t part, char *out_part, size_t size)
{
    for (; part > 0 && value; part--) {
        value = strchr(value, '|');
        value = value ? value + 1 : NULL;
    }
    size_t length = value ? strcspn(value, "|") : 0;
    if (length >= size)
        length = size - 1;
    memcpy(out_part, value ? value : "", length);
    out_part[length] = '\0';
}
