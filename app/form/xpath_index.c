#include "app/form/xpath_index.h"
#include "app/form/xpath_machine.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

/* One field of one item. Entries of a bucket are chained in document order. */
struct entry {
    const struct node *item;
    const struct node *field;
    double number; /* indexes by number */
    uint32_t hash;
    uint32_t next;
};

struct index {
    struct index *next;
    const struct node *parent;
    const struct name *item_name;
    enum xpath_test item_test;
    const struct name *field_name;
    bool by_number;
    struct entry *entries;
    uint32_t count;
    uint32_t *buckets;
    uint32_t bucket_mask;
};

static void index_destroy(struct index *index)
{
    free(index->entries);
    free(index->buckets);
    free(index);
}

void index_set_finish(struct index_set *set)
{
    while (set->first) {
        struct index *next = set->first->next;
        index_destroy(set->first);
        set->first = next;
    }
}

static uint32_t hash_text(const char *text)
{
    uint32_t hash = 2166136261U;
    for (; *text != '\0'; text++)
        hash = (hash ^ (uint8_t)*text) * 16777619U;
    return hash;
}

static uint32_t hash_number(double number)
{
    uint64_t bits;
    if (number == 0)
        number = 0; /* minus zero is zero */
    memcpy(&bits, &number, sizeof bits);
    bits *= 0x9e3779b97f4a7c15U;
    return (uint32_t)(bits >> 32);
}

/* ---- Building ---- */

static bool is_item(const struct index_query *q, const struct node *node)
{
    return node->kind == NODE_ELEMENT && step_accepts(q->step, node->name);
}

/* A field's name is matched as the path in the predicate would: by the step it was read from. */
static bool is_field(const struct index_query *q, const struct node *node)
{
    return node->kind == NODE_ELEMENT && step_accepts(q->field_step, node->name);
}

static uint32_t count_fields(const struct index_query *q)
{
    uint32_t count = 0;
    for (const struct node *item = q->parent->first; item; item = item->next)
        for (const struct node *f = is_item(q, item) ? item->first : NULL; f; f = f->next)
            count += is_field(q, f);
    return count;
}

/* Fields with children are rare and not indexed by their joined text: such a list is walked instead. */
static bool fill(struct run *run, const struct index_query *q, struct index *index)
{
    for (const struct node *item = q->parent->first; item; item = item->next)
        for (const struct node *f = is_item(q, item) ? item->first : NULL; f; f = f->next) {
            if (!is_field(q, f))
                continue;
            if (f->first)
                return false;
            struct entry *entry = &index->entries[index->count++];
            *entry = (struct entry){.item = item, .field = f, .next = NONE};
            if (index->by_number)
                entry->number = xpath_text_number(f->text, run->host->tz);
            entry->hash = index->by_number ? hash_number(entry->number) : hash_text(f->text);
        }
    for (uint32_t i = index->count; i-- > 0;) {
        uint32_t *bucket = &index->buckets[index->entries[i].hash & index->bucket_mask];
        index->entries[i].next = *bucket;
        *bucket = i;
    }
    return true;
}

static struct index *build(struct run *run, const struct index_query *q, bool by_number)
{
    uint32_t count = count_fields(q);
    uint32_t buckets = 16;
    while (buckets < count)
        buckets *= 2;
    struct index *index = calloc(1, sizeof *index);
    if (!index)
        return NULL;
    index->parent = q->parent;
    index->item_name = q->step->name;
    index->item_test = q->step->test;
    index->field_name = q->field_step->name;
    index->by_number = by_number;
    index->entries = malloc((count + 1) * sizeof *index->entries);
    index->buckets = malloc(buckets * sizeof *index->buckets);
    index->bucket_mask = buckets - 1;
    if (!index->entries || !index->buckets) {
        index_destroy(index);
        return NULL;
    }
    memset(index->buckets, 0xff, buckets * sizeof *index->buckets);
    if (!fill(run, q, index)) {
        free(index->entries);
        index->entries = NULL; /* remembered as not to be had */
    }
    index->next = run->machine->indexes.first;
    run->machine->indexes.first = index;
    return index;
}

static struct index *find(struct run *run, const struct index_query *q, bool by_number)
{
    for (struct index *i = run->machine->indexes.first; i; i = i->next)
        if (i->parent == q->parent && i->item_name == q->step->name && i->item_test == q->step->test &&
            i->field_name == q->field_step->name && i->by_number == by_number)
            return i;
    return build(run, q, by_number);
}

/* ---- Asking ---- */

bool index_find(struct run *run, const struct index_query *q, struct nodes *out_items, bool *out_known)
{
    const struct value *value = q->value;
    bool by_number = value->is_date || value->kind == XPATH_NUMBER;
    struct index *index = find(run, q, by_number);
    *out_known = index && index->entries;
    if (!*out_known)
        return true;
    struct text text = {0};
    if (!by_number && !to_text(run, value, &text))
        return false;
    uint32_t hash = by_number ? hash_number(value->number) : hash_text(text.bytes);
    const struct node *last = NULL;
    for (uint32_t i = index->buckets[hash & index->bucket_mask]; i != NONE; i = index->entries[i].next) {
        const struct entry *entry = &index->entries[i];
        bool same =
            entry->hash == hash && entry->item != last &&
            (by_number ? entry->number == value->number : strcmp(entry->field->text, text.bytes) == 0);
        if (same && !nodes_add(run, out_items, entry->item))
            return false;
        if (same)
            last = entry->item;
    }
    return run_spend(run, 1 + out_items->count);
}
