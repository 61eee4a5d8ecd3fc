/* Review states and messages, between Central, the desk's folder and the cases list that kiosks read. */
#include "app/ctl/desk_fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Central's reviewers know three verdicts; "received" is the one it does not write. */
static const struct {
    const char *status, *review;
} reviews[] = {
    {"accepted", "approved"},
    {"finished", "approved"},
    {"needs-papers", "hasIssues"},
    {"rejected", "rejected"},
};

static const char *review_of(const char *status)
{
    for (size_t i = 0; i < sizeof reviews / sizeof *reviews; i++)
        if (strcmp(reviews[i].status, status) == 0)
            return reviews[i].review;
    return NULL;
}

static const char *status_of(const char *review)
{
    for (size_t i = 0; review && i < sizeof reviews / sizeof *reviews; i++)
        if (strcmp(reviews[i].review, review) == 0)
            return reviews[i].status;
    return NULL;
}

static void append_submission(const struct desk_config *config, const struct desk_case *item,
                              struct buf *path)
{
    buf_printf(path, "/projects/%d/forms/", config->project);
    central_escape(path, item->form_id);
    buf_append_text(path, "/submissions/");
    central_escape(path, item->instance_id);
}

/* ---- the cases list: one entity a case ---- */

static const char *uuid_of(const struct desk_case *item)
{
    return strncasecmp(item->instance_id, "uuid:", 5) == 0 ? item->instance_id + 5 : item->instance_id;
}

static json_t *entity_of(const struct desk_case *item)
{
    char kiosk[5];
    snprintf(kiosk, sizeof kiosk, "%.4s", item->number);
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "kiosk", kiosk, "status", item->status, "message",
                     item->message, "updated", item->updated, "due", item->due);
}

/* Most are there already; the first time Central answers 404 and takes a new one. */
static struct err list_case(const struct desk_config *config, struct central *central, struct desk_case *item)
{
    char path[256];
    if (config->fleet == 0)
        return err_ok();
    snprintf(path, sizeof path, "/projects/%d/datasets/cases/entities/%s?force=true", config->fleet,
             uuid_of(item));
    struct err e =
        central_patch(central, path, json_pack("{s:s, s:o}", "label", item->status, "data", entity_of(item)));
    if (e.code == 404) {
        snprintf(path, sizeof path, "/projects/%d/datasets/cases/entities", config->fleet);
        e = central_post(central, path,
                         json_pack("{s:s, s:s, s:o}", "uuid", uuid_of(item), "label", item->status, "data",
                                   entity_of(item)));
    }
    item->is_listed = !err_is(&e);
    return e;
}

/* ---- the clerk's word ---- */

static struct err review(const struct desk_config *config, struct central *central,
                         const struct desk_case *item)
{
    struct buf path = {0};
    const char *state = review_of(item->status);
    struct err e = err_ok();
    append_submission(config, item, &path);
    if (state)
        e = central_patch(central, buf_text(&path), json_pack("{s:s}", "reviewState", state));
    buf_append_text(&path, "/comments");
    if (!err_is(&e) && *item->message)
        e = central_post(central, buf_text(&path), json_pack("{s:s}", "body", item->message));
    buf_finish(&path);
    return e;
}

struct err desk_tell(const struct desk_config *config, struct central *central, struct desk_case *item)
{
    item->is_listed = false;
    TRY(review(config, central, item));
    TRY(desk_case_save(config->dir, item)); /* decided; from here on a failure only delays the list */
    TRY(list_case(config, central, item));
    return desk_case_save(config->dir, item);
}

/* ---- what others clicked in Central ---- */

/* Comments come newest first. What the desk itself said last is not said again of another verdict. */
static struct err take_comment(const struct desk_config *config, struct central *central,
                               struct desk_case *item)
{
    struct buf path = {0};
    json_t *comments = NULL;
    append_submission(config, item, &path);
    buf_append_text(&path, "/comments");
    struct err e = central_get_json(central, buf_text(&path), &comments);
    const char *body = json_string_value(json_object_get(json_array_get(comments, 0), "body"));
    bool is_new = !err_is(&e) && body && strcmp(body, item->message) != 0;
    snprintf(item->message, sizeof item->message, "%s", is_new ? body : "");
    json_decref(comments);
    buf_finish(&path);
    return e;
}

static struct err take_review(const struct desk_config *config, struct central *central, const char *today,
                              struct desk_case *item, struct desk_counts *counts)
{
    struct buf path = {0};
    json_t *submission = NULL;
    append_submission(config, item, &path);
    struct err e = central_get_json(central, buf_text(&path), &submission);
    const char *theirs = json_string_value(json_object_get(submission, "reviewState"));
    const char *ours = review_of(item->status), *status = status_of(theirs);
    if (!err_is(&e) && status && (!ours || strcmp(ours, theirs) != 0)) {
        desk_case_decide(item, status, today);
        item->is_listed = false;
        counts->changed++;
        e = take_comment(config, central, item);
    }
    json_decref(submission);
    buf_finish(&path);
    return e;
}

struct err desk_sync(const struct desk_config *config, struct central *central, const char *today,
                     struct desk_counts *counts)
{
    struct desk_cases cases = {0};
    TRY(desk_cases_read(config->dir, &cases));
    struct err e = err_ok();
    for (size_t i = 0; !err_is(&e) && i < cases.count; i++) {
        struct desk_case *item = &cases.items[i];
        e = take_review(config, central, today, item, counts);
        if (!err_is(&e) && !item->is_listed && config->fleet > 0) {
            e = list_case(config, central, item);
            counts->listed += !err_is(&e);
        }
        if (!err_is(&e))
            e = desk_case_save(config->dir, item);
    }
    free(cases.items);
    return e;
}
