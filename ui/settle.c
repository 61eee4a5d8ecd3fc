/* What may be tapped: only what has stood in its place for a moment. */
#include "board/base/hash.h"
#include "ui/ui_parts.h"

static uint64_t hash_words(uint64_t hash, const struct ui_node *node)
{
    if (node->kind == UI_LABEL && node->text)
        hash = hash_text(hash, node->text);
    for (const struct ui_node *child = node->first; child; child = child->next)
        hash = hash_words(hash, child);
    return hash;
}

/* Where it stands, what it says and what it does: another one is another control, whatever its id. */
static uint64_t likeness(const struct ui_node *node)
{
    const int facts[] = {node->rect.x, node->rect.y, node->rect.w,      node->rect.h,
                         node->action, node->arg,    node->is_selected, ui_node_can_activate(node)};
    uint64_t hash = hash_bytes(hash_text(HASH_START, node->id), facts, sizeof facts);
    hash = hash_words(hash, node);
    return node->label ? hash_text(hash, node->label) : hash;
}

static bool is_control(const struct ui_node *node)
{
    return node->id && !node->is_hidden && (node->action != UI_ACTION_NONE || node->kind == UI_PAD);
}

/* What stood on the screen before, by likeness. More controls than half of it would be a wall of buttons:
 * those beyond count as new. */
enum { AGES = 512 };

struct age {
    uint64_t like; /* 0: empty */
    int64_t since_ms;
};

/* Where this likeness is or belongs. */
static struct age *age_of(struct age *ages, uint64_t like)
{
    size_t at = like % AGES;
    while (ages[at].like != 0 && ages[at].like != like)
        at = (at + 1) % AGES;
    return &ages[at];
}

static void remember_ages(struct ui_tree *tree, struct age *ages)
{
    size_t room = AGES / 2;
    for (const struct ui_node *n = ui_tree_root(tree); n && room > 0; n = ui_node_walk(n))
        if (is_control(n)) {
            *age_of(ages, n->like) = (struct age){n->like, n->since_ms};
            room--;
        }
}

void ui_settle(struct ui *ui, struct ui_tree *next)
{
    int64_t now_ms = ui->clock->monotonic_ms(ui->clock);
    struct age ages[AGES] = {{0}};
    if (ui->tree && ui_tree_turn(ui->tree) == ui_tree_turn(next))
        remember_ages(ui->tree, ages);
    for (struct ui_node *n = ui_tree_root(next); n; n = ui_node_walk(n)) {
        if (!is_control(n))
            continue;
        n->like = likeness(n);
        const struct age *before = age_of(ages, n->like);
        n->since_ms = before->like == n->like ? before->since_ms : now_ms;
    }
}

bool ui_is_settled(const struct ui_node *node, int64_t at_ms)
{
    return at_ms - node->since_ms >= UI_SETTLE_MS;
}

int ui_unsettled_ms(const struct ui *ui)
{
    int64_t now_ms = ui->clock->monotonic_ms(ui->clock), youngest_ms = now_ms - UI_SETTLE_MS;
    for (struct ui_node *n = ui->tree ? ui_tree_root(ui->tree) : NULL; n; n = ui_node_walk(n))
        if (is_control(n) && n->since_ms > youngest_ms)
            youngest_ms = n->since_ms;
    return (int)(youngest_ms + UI_SETTLE_MS - now_ms);
}
