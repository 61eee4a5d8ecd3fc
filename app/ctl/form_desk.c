#include "app/ctl/form_desk.h"
#include "app/ctl/form_files.h"
#include "app/ctl/form_json.h"
#include "app/form/datetime.h"
#include "app/form/xpath_text.h"
#include "board/base/clock.h"
#include "board/base/file.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODULE "form"

enum { INSTANCE_BYTES_MAX = 16 << 20 };

struct form_desk {
    struct xform *form;
    struct xform_session *session;
    struct tz *tz;
    bool now_given;
};

typedef struct err command_run(struct form_desk *desk, const json_t *request, json_t **out_answer);

/* ---- Requests ---- */

static const char *text_of(const json_t *request, const char *key)
{
    return json_string_value(json_object_get(request, key));
}

/* NULL with the error when there is none. */
static struct err need_text(const json_t *request, const char *key, const char **out_text)
{
    *out_text = text_of(request, key);
    return *out_text ? err_ok() : err_make(ERR_DATA, MODULE, 0, "\"%s\" is missing or no string", key);
}

static struct err need_session(const struct form_desk *desk)
{
    return desk->session ? err_ok() : err_make(ERR_DATA, MODULE, 0, "no form is open: \"open\" comes first");
}

static json_t *ok(void)
{
    return json_pack("{s:b}", "ok", 1);
}

static struct err read_now(const json_t *request, const struct tz *tz, int64_t *out_ms)
{
    const char *now = text_of(request, "now");
    *out_ms = clock_system()->wall_ms(clock_system());
    if (now && !datetime_parse(now, tz, out_ms))
        return err_make(ERR_DATA, MODULE, 0, "\"now\" is no dateTime: %.60s", now);
    return err_ok();
}

/* ---- open, close ---- */

static void close_desk(struct form_desk *desk)
{
    session_destroy(&desk->session);
    xform_destroy(&desk->form);
    tz_destroy(&desk->tz);
}

static struct err start_session(struct form_desk *desk, const json_t *request, const struct buf *instance)
{
    struct session_inputs inputs = {.tz = desk->tz,
                                    .language = text_of(request, "lang"),
                                    .seed = (uint64_t)json_integer_value(json_object_get(request, "seed")),
                                    .device_id = text_of(request, "device_id"),
                                    .user_name = text_of(request, "user_name"),
                                    .email = text_of(request, "email"),
                                    .phone_number = text_of(request, "phone_number"),
                                    .place = text_of(request, "place"),
                                    .plain_texts = json_is_true(json_object_get(request, "plain")),
                                    .edit = json_is_true(json_object_get(request, "edit"))};
    if (instance->length > 0) {
        inputs.instance_xml = instance->data;
        inputs.instance_length = instance->length;
    }
    desk->now_given = text_of(request, "now") != NULL;
    TRY(read_now(request, desk->tz, &inputs.now_ms));
    return session_create(desk->form, &inputs, &desk->session);
}

static struct err open_form(struct form_desk *desk, const json_t *request)
{
    const char *path;
    const char *instance_path = text_of(request, "instance");
    struct form_media media = {.paths = json_object_get(request, "media"),
                               .dir = text_of(request, "media_dir")};
    TRY(need_text(request, "form", &path));
    TRY(form_files_zone(text_of(request, "tz"), &desk->tz));
    TRY(form_files_load(path, &media, &desk->form));
    struct buf instance;
    buf_init_private(&instance);
    struct err e = instance_path ? file_read(instance_path, INSTANCE_BYTES_MAX, &instance) : err_ok();
    if (!err_is(&e))
        e = start_session(desk, request, &instance);
    buf_finish(&instance);
    return e;
}

static struct err run_open(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    close_desk(desk);
    struct err e = open_form(desk, request);
    if (err_is(&e)) {
        close_desk(desk);
        return e;
    }
    bool encrypted = xform_submission(desk->form)->base64_rsa_public_key != NULL;
    const char *const *remarks;
    size_t remark_count = session_remarks(desk->session, &remarks);
    *out_answer = json_pack(
        "{s:b, s:s, s:s, s:s, s:o, s:s, s:b, s:o, s:o}", "ok", 1, "id", xform_id(desk->form), "version",
        xform_version(desk->form), "title", xform_title(desk->form), "languages",
        form_json_languages(desk->form), "lang", session_language(desk->session), "encrypted", encrypted,
        "submission", form_json_submission(desk->form), "remarks", form_json_strings(remarks, remark_count));
    return err_ok();
}

static struct err run_close(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    (void)request;
    close_desk(desk);
    *out_answer = ok();
    return err_ok();
}

/* ---- Looking ---- */

static struct err node_answer(struct form_desk *desk, const char *ref, json_t **out_answer)
{
    json_t *node = NULL;
    TRY(form_json_node(desk->session, ref, &node));
    *out_answer = json_pack("{s:b, s:o}", "ok", 1, "node", node);
    return err_ok();
}

static struct err run_tree(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    (void)request;
    TRY(need_session(desk));
    return node_answer(desk, session_root_ref(desk->session), out_answer);
}

static struct err run_node(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    const char *ref;
    TRY(need_session(desk));
    TRY(need_text(request, "ref", &ref));
    return node_answer(desk, ref, out_answer);
}

static struct err run_languages(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    (void)request;
    TRY(need_session(desk));
    *out_answer = json_pack("{s:b, s:o, s:s}", "ok", 1, "languages", form_json_languages(desk->form),
                            "current", session_language(desk->session));
    return err_ok();
}

/* ---- Changing ---- */

static struct err changed_answer(struct form_desk *desk, json_t **out_answer)
{
    const char *const *refs = NULL;
    size_t count = session_changed(desk->session, &refs);
    *out_answer = json_pack("{s:b, s:o}", "ok", 1, "changed", form_json_strings(refs, count));
    return err_ok();
}

/* Strings; also numbers and booleans, as scripts like to write them. */
static struct err value_text(const json_t *request, char out_number[64], const char **out_text)
{
    const json_t *value = json_object_get(request, "value");
    if (!value)
        return err_make(ERR_DATA, MODULE, 0, "\"value\" is missing");
    *out_text = out_number;
    if (json_is_string(value))
        *out_text = json_string_value(value);
    else if (json_is_null(value))
        *out_text = "";
    else if (json_is_integer(value))
        snprintf(out_number, 64, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        snprintf(out_number, 64, "%.15g", json_real_value(value));
    else if (json_is_boolean(value))
        *out_text = json_is_true(value) ? "1" : "0";
    else
        return err_make(ERR_DATA, MODULE, 0, "\"value\" is no string");
    return err_ok();
}

static struct err run_set(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    const char *ref, *value;
    char number[64];
    TRY(need_session(desk));
    TRY(need_text(request, "ref", &ref));
    TRY(value_text(request, number, &value));
    TRY(session_set(desk->session, ref, value));
    return changed_answer(desk, out_answer);
}

static struct err run_add(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    const char *ref;
    json_int_t at = json_integer_value(json_object_get(request, "at"));
    TRY(need_session(desk));
    TRY(need_text(request, "repeat", &ref));
    if (at < 0)
        return err_make(ERR_DATA, MODULE, 0, "\"at\" counts from 1");
    TRY(session_add_repeat(desk->session, ref, (size_t)at));
    return changed_answer(desk, out_answer);
}

static struct err run_remove(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    const char *ref;
    TRY(need_session(desk));
    TRY(need_text(request, "ref", &ref));
    TRY(session_remove_repeat(desk->session, ref));
    return changed_answer(desk, out_answer);
}

static struct err run_lang(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    const char *language;
    TRY(need_session(desk));
    TRY(need_text(request, "value", &language));
    TRY(session_set_language(desk->session, language));
    TRY(changed_answer(desk, out_answer));
    json_object_set_new(*out_answer, "lang", json_string(session_language(desk->session)));
    return err_ok();
}

/* ---- Walking ---- */

static struct err run_first(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    (void)request;
    TRY(need_session(desk));
    *out_answer = form_json_position(session_first(desk->session));
    return err_ok();
}

static struct err run_next(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    (void)request;
    TRY(need_session(desk));
    *out_answer = form_json_position(session_next(desk->session));
    return err_ok();
}

static struct err run_prev(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    (void)request;
    TRY(need_session(desk));
    *out_answer = form_json_position(session_prev(desk->session));
    return err_ok();
}

static struct err run_jump(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    const char *ref;
    TRY(need_session(desk));
    TRY(need_text(request, "ref", &ref));
    TRY(session_jump(desk->session, ref));
    *out_answer = form_json_position(session_here(desk->session));
    return err_ok();
}

/* ---- Expressions ---- */

static const char *session_path_of(void *session, const struct node *node)
{
    return session_node_ref(session, node);
}

static struct err run_eval(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    const char *expr;
    struct xpath_value value;
    TRY(need_session(desk));
    TRY(need_text(request, "expr", &expr));
    TRY(session_eval(desk->session, expr, text_of(request, "context"), &value));
    *out_answer = form_json_value(&value, session_path_of, desk->session);
    return err_ok();
}

static const char *plain_path_of(void *buffer, const struct node *node)
{
    struct buf *path = buffer;
    buf_clear(path);
    node_path(node, true, path);
    return buf_text(path);
}

static size_t read_namespaces(const json_t *request, struct xpath_namespace *list, size_t most)
{
    size_t count = 0;
    const char *prefix;
    json_t *uri;
    json_object_foreach(json_object_get(request, "namespaces"), prefix, uri)
    {
        if (count < most && json_is_string(uri))
            list[count++] = (struct xpath_namespace){prefix, json_string_value(uri)};
    }
    return count;
}

static struct err answer_xpath(const json_t *request, struct tz *tz, json_t **out_answer)
{
    struct xpath_namespace namespaces[32];
    struct xpath_request xpath = {.context = text_of(request, "context"),
                                  .tz = tz,
                                  .language = text_of(request, "lang"),
                                  .seed = (uint64_t)json_integer_value(json_object_get(request, "seed"))};
    TRY(need_text(request, "expr", &xpath.expr));
    TRY(need_text(request, "xml", &xpath.xml));
    xpath.xml_length = strlen(xpath.xml);
    xpath.namespace_count = read_namespaces(request, namespaces, 32);
    xpath.namespaces = json_object_get(request, "namespaces") ? namespaces : NULL;
    TRY(read_now(request, tz, &xpath.now_ms));
    struct xpath_answer *answer = NULL;
    TRY(xpath_answer_create(&xpath, &answer));
    struct buf path = {0};
    *out_answer = form_json_value(xpath_answer_value(answer), plain_path_of, &path);
    buf_finish(&path);
    xpath_answer_destroy(&answer);
    return err_ok();
}

static struct err run_xpath(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    (void)desk;
    struct tz *tz = NULL;
    TRY(form_files_zone(text_of(request, "tz"), &tz));
    struct err e = answer_xpath(request, tz, out_answer);
    tz_destroy(&tz);
    return e;
}

/* ---- Time and place ---- */

/* The clock of a session that was opened with "now" stands still until it is told another time. */
static struct err run_now(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    const char *now;
    int64_t now_ms;
    TRY(need_session(desk));
    TRY(need_text(request, "now", &now));
    TRY(read_now(request, desk->tz, &now_ms));
    desk->now_given = true;
    session_set_now(desk->session, now_ms);
    *out_answer = ok();
    return err_ok();
}

static struct err run_place(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    const char *place;
    TRY(need_session(desk));
    TRY(need_text(request, "place", &place));
    TRY(session_set_place(desk->session, place));
    *out_answer = ok();
    return err_ok();
}

/* ---- Finishing ---- */

static struct err run_validate(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    (void)request;
    TRY(need_session(desk));
    *out_answer = json_pack("{s:b, s:o}", "ok", 1, "violations", form_json_violations(desk->session));
    return err_ok();
}

static struct err run_submission(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    bool final = json_is_true(json_object_get(request, "final"));
    const char *const *names = NULL;
    struct buf xml;
    TRY(need_session(desk));
    buf_init_private(&xml);
    struct err e = session_submission(desk->session, final, &xml);
    if (!err_is(&e)) {
        size_t count = session_media_names(desk->session, &names);
        json_t *media = form_json_strings(names, count);
        if (final && xform_wants_audit(desk->form))
            json_array_append_new(media, json_string(SESSION_AUDIT_NAME));
        *out_answer = json_pack("{s:b, s:s, s:o}", "ok", 1, "xml", buf_text(&xml), "media", media);
    }
    buf_finish(&xml);
    return e;
}

static struct err run_audit(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    (void)request;
    struct buf csv;
    TRY(need_session(desk));
    buf_init_private(&csv);
    struct err e = session_audit(desk->session, &csv);
    if (!err_is(&e))
        *out_answer = json_pack("{s:b, s:s}", "ok", 1, "csv", buf_text(&csv));
    buf_finish(&csv);
    return e;
}

/* ---- Answering ---- */

static const struct {
    const char *name;
    command_run *run;
} commands[] = {
    {"open", run_open},   {"close", run_close},         {"tree", run_tree},
    {"node", run_node},   {"languages", run_languages}, {"set", run_set},
    {"add", run_add},     {"remove", run_remove},       {"lang", run_lang},
    {"first", run_first}, {"next", run_next},           {"prev", run_prev},
    {"jump", run_jump},   {"eval", run_eval},           {"xpath", run_xpath},
    {"now", run_now},     {"validate", run_validate},   {"submission", run_submission},
    {"audit", run_audit}, {"place", run_place},
};

static struct err run_command(struct form_desk *desk, const json_t *request, json_t **out_answer)
{
    const char *name;
    TRY(need_text(request, "do", &name));
    if (desk->session && !desk->now_given)
        session_set_now(desk->session, clock_system()->wall_ms(clock_system()));
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i].name, name) == 0)
            return commands[i].run(desk, request, out_answer);
    return err_make(ERR_DATA, MODULE, 0, "\"%.60s\" is no command", name);
}

json_t *form_desk_answer(struct form_desk *desk, const char *line, size_t length)
{
    json_error_t where;
    json_t *request = json_loadb(line, length, JSON_REJECT_DUPLICATES, &where);
    json_t *answer = NULL;
    struct err e = !request ? err_make(ERR_DATA, MODULE, 0, "this is no JSON: %.120s", where.text)
                            : run_command(desk, request, &answer);
    json_decref(request);
    if (!err_is(&e) && !answer)
        e = err_no_memory(MODULE);
    return err_is(&e) ? json_pack("{s:b, s:s}", "ok", 0, "error", e.text) : answer;
}

/* ---- The desk ---- */

struct form_desk *form_desk_create(void)
{
    return calloc(1, sizeof(struct form_desk));
}

void form_desk_destroy(struct form_desk **desk)
{
    if (!*desk)
        return;
    close_desk(*desk);
    free(*desk);
    *desk = NULL;
}
