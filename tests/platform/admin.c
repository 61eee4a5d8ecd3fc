/*
 * /admin/: what tests and the demo ask and tell the platform, as JSON.
 *
 *     GET    /admin/submissions        what it has, opened with the demo key
 *     GET    /admin/counts
 * {"submissions","complete","repeats","conflicts","duplicates","requests","bytes_in"} GET    /admin/key
 * {"sha256","public"} POST   /admin/cases              {"name","status","message","updated","due","kiosk"}:
 * sets one case POST   /admin/forms              {"id","state":"open|closing|closed"}, or {} to read the
 * folders again POST   /admin/faults             a rule or a list of rules (faults.h) POST   /admin/release
 * lets hanging requests go on DELETE /admin/faults             forgets the rules, releases too
 */
#include "tests/platform/platform.h"
#include "tests/platform/view.h"

#include "board/base/log.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void reply_json(struct reply *reply, int status, json_t *body)
{
    char *text = json_dumps(body, JSON_INDENT(1));
    reply->status = status;
    reply->content_type = "application/json; charset=utf-8";
    buf_append_text(&reply->body, text ? text : "{}");
    buf_append_byte(&reply->body, '\n');
    free(text);
    json_decref(body);
}

static void reply_outcome(struct reply *reply, struct err e)
{
    if (err_is(&e))
        reply_json(reply, 400, json_pack("{s:b,s:s}", "ok", 0, "error", e.text));
    else
        reply_json(reply, 200, json_pack("{s:b}", "ok", 1));
}

static const char *text(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static struct err set_case(struct platform *platform, const json_t *body)
{
    struct case_row row = {
        .name = text(body, "name"),
        .kiosk = text(body, "kiosk"),
        .status = text(body, "status"),
        .message = text(body, "message"),
        .updated = text(body, "updated"),
        .due = text(body, "due"),
    };
    if (!*row.name)
        return err_make(ERR_DATA, "platform", 0, "a case needs a name: its instanceID");
    return records_set_case(platform->records, &row);
}

static struct err set_form(struct platform *platform, const json_t *body)
{
    static const char *const states[] = {"open", "closing", "closed"};
    const char *wanted = text(body, "state");
    struct err e = err_make(ERR_DATA, "platform", 0, "no such form, or no such state");

    if (!*text(body, "id"))
        return platform_load_forms(platform);
    pthread_mutex_lock(&platform->lock);
    for (int project = 0; project < PROJECT_COUNT; project++) {
        struct form *form = forms_find(&platform->forms[project], text(body, "id"));
        for (int state = 0; form && state < 3; state++) {
            if (strcmp(states[state], wanted) == 0) {
                form->state = (enum form_state)state;
                e = err_ok();
            }
        }
    }
    pthread_mutex_unlock(&platform->lock);
    return e;
}

static struct err add_faults(struct platform *platform, const json_t *body)
{
    size_t index = 0;
    json_t *rule = NULL;
    if (!json_is_array(body))
        return faults_add(platform->faults, body);
    json_array_foreach(body, index, rule) TRY(faults_add(platform->faults, rule));
    return err_ok();
}

static void answer_change(struct request *request, struct reply *reply)
{
    struct platform *platform = request->platform;
    const char *what = request->target.name;
    json_t *body = json_loadb(buf_text(&request->body), request->body.length, 0, NULL);
    struct err e = err_ok();

    platform_log(platform, "told %s: %s", what, buf_text(&request->body));
    if (strcmp(what, "faults") == 0)
        e = add_faults(platform, body);
    else if (strcmp(what, "cases") == 0)
        e = set_case(platform, body);
    else if (strcmp(what, "forms") == 0)
        e = set_form(platform, body);
    else if (strcmp(what, "release") == 0)
        faults_release(platform->faults);
    else
        e = err_make(ERR_DATA, "platform", 0, "no such thing to tell");
    json_decref(body);
    reply_outcome(reply, e);
}

static void answer_question(struct request *request, struct reply *reply)
{
    struct platform *platform = request->platform;
    const char *what = request->target.name;

    if (strcmp(what, "submissions") == 0)
        reply_json(reply, 200, view_submissions(platform));
    else if (strcmp(what, "counts") == 0)
        reply_json(reply, 200, view_counts(platform));
    else if (strcmp(what, "key") == 0)
        reply_json(
            reply, 200,
            json_pack("{s:s,s:s}", "sha256", platform->keys.sha256, "public", platform->keys.public_base64));
    else
        reply_outcome(reply, err_make(ERR_DATA, "platform", 0, "no such thing to ask"));
}

void answer_admin(struct request *request, struct reply *reply)
{
    if (strcmp(request->method, "GET") == 0) {
        answer_question(request, reply);
    } else if (strcmp(request->method, "DELETE") == 0) {
        faults_clear(request->platform->faults);
        reply_outcome(reply, err_ok());
    } else {
        answer_change(request, reply);
    }
}
