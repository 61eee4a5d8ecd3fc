/*
 * Central's REST API as far as `yizhanctl desk` needs it, answered as ODK Central was measured to
 * (docs/ODK_CENTRAL.md): sessions, forms and their versions, submissions with review states and comments, and
 * the entity list `cases`.
 */
#include "tests/platform/platform.h"

#include <stdlib.h>
#include <string.h>

static const char SESSION_TOKEN[] = "a-clerks-session";
static const char CLERK[] = "clerk@example.org", CLERK_PASSWORD[] = "red-lantern-festival";

enum { PARTS_MAX = 10, PART_SIZE = 256 };

/* "projects/1/forms/..." taken apart and decoded. */
struct path {
    char parts[PARTS_MAX][PART_SIZE];
    size_t count;
};

static void reply_json(struct reply *reply, int status, json_t *body)
{
    char *text = json_dumps(body, JSON_COMPACT);
    reply->status = status;
    reply->content_type = "application/json; charset=utf-8";
    buf_append_text(&reply->body, text ? text : "{}");
    free(text);
    json_decref(body);
}

static void reply_problem(struct reply *reply, int status, const char *message)
{
    reply_json(reply, status, json_pack("{s:s, s:f}", "message", message, "code", status + 0.1));
}

static void reply_not_found(struct reply *reply)
{
    reply_problem(reply, 404, "Could not find the resource you were looking for.");
}

static void split(const char *text, struct path *out_path)
{
    *out_path = (struct path){0};
    while (*text && out_path->count < PARTS_MAX) {
        char *part = out_path->parts[out_path->count++];
        size_t length = 0;
        for (; *text && *text != '/'; text++) {
            unsigned byte = (unsigned char)*text;
            if (*text == '%' && sscanf(text + 1, "%2x", &byte) == 1)
                text += 2;
            if (length + 1 < PART_SIZE)
                part[length++] = (char)byte;
        }
        text += *text == '/';
    }
}

static const char *part(const struct path *path, size_t at)
{
    return at < path->count ? path->parts[at] : "";
}

static bool is(const struct path *path, size_t at, const char *word)
{
    return strcmp(part(path, at), word) == 0;
}

/* ---- sessions ---- */

static void answer_session(struct request *request, struct reply *reply)
{
    json_t *body = json_loadb(buf_text(&request->body), request->body.length, 0, NULL);
    const char *user = json_string_value(json_object_get(body, "email"));
    const char *password = json_string_value(json_object_get(body, "password"));
    if (user && password && strcmp(user, CLERK) == 0 && strcmp(password, CLERK_PASSWORD) == 0)
        reply_json(reply, 200, json_pack("{s:s}", "token", SESSION_TOKEN));
    else
        reply_problem(reply, 401, "Could not authenticate with the provided credentials.");
    json_decref(body);
}

static bool is_signed_in(struct request *request)
{
    const char *value = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Authorization");
    return value && strncmp(value, "Bearer ", 7) == 0 && strcmp(value + 7, SESSION_TOKEN) == 0;
}

/* ---- forms ---- */

static void answer_forms(struct request *request, struct reply *reply, const struct forms *forms)
{
    json_t *list = json_array();
    (void)request;
    for (size_t i = 0; i < forms->count; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "xmlFormId", forms->items[i].id, "version",
                                              forms->items[i].version, "name", forms->items[i].title));
    reply_json(reply, 200, list);
}

static void append_bytes(struct reply *reply, const struct buf *bytes)
{
    reply->status = 200;
    reply->content_type = "application/octet-stream";
    buf_append(&reply->body, buf_text(bytes), bytes->length);
}

/* versions/VERSION.xml, versions/VERSION/attachments[/NAME]; this platform keeps the newest version only. */
static void answer_version(const struct path *path, struct reply *reply, const struct form *form)
{
    const struct form_medium *medium = form_medium_find(form, part(path, 7));
    if (path->count == 6) {
        append_bytes(reply, &form->xml);
    } else if (is(path, 6, "attachments") && path->count == 7) {
        json_t *list = json_array();
        for (size_t i = 0; i < form->media_count; i++)
            json_array_append_new(list, json_pack("{s:s, s:b}", "name", form->media[i].name, "exists", 1));
        reply_json(reply, 200, list);
    } else if (is(path, 6, "attachments") && medium) {
        append_bytes(reply, &medium->bytes);
    } else {
        reply_not_found(reply);
    }
}

/* ---- submissions ---- */

static json_t *review_of(struct platform *platform, const char *instance_id)
{
    json_t *review = json_object_get(platform->reviews, instance_id);
    if (!review) {
        review = json_pack("{s:n, s:[]}", "state", "comments");
        if (!platform->reviews)
            platform->reviews = json_object();
        json_object_set_new(platform->reviews, instance_id, review);
    }
    return review;
}

static void write_date(int64_t ms, char out_date[40])
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    strftime(out_date, 40, "%Y-%m-%dT%H:%M:%S.000Z", &utc);
}

static json_t *submission_json(struct platform *platform, const struct record *record)
{
    char date[40];
    write_date(record->received_ms, date);
    json_t *state = json_object_get(review_of(platform, record->instance_id), "state");
    return json_pack("{s:s, s:s, s:O}", "instanceId", record->instance_id, "createdAt", date, "reviewState",
                     state);
}

struct listing {
    struct platform *platform;
    const char *form_id;
    json_t *list;
};

static struct err list_submission(void *context, const struct record *record)
{
    struct listing *listing = context;
    if (record->project == PROJECT_SEALED && strcmp(record->form_id, listing->form_id) == 0)
        json_array_insert_new(listing->list, 0,
                              submission_json(listing->platform, record)); /* newest first */
    return err_ok();
}

static void answer_submissions(struct request *request, struct reply *reply, const char *form_id)
{
    struct listing listing = {request->platform, form_id, json_array()};
    struct err e = records_each(request->platform->records, NULL, list_submission, &listing);
    (void)e;
    reply_json(reply, 200, listing.list);
}

struct odata {
    int project;
    const char *service; /* "kiosk-health.svc" */
    const char *since;
    json_t *list;
};

/* ---- OData: FORM.svc/Submissions?$filter=__system/submissionDate ge DATE ---- */

static struct err list_row(void *context, const struct record *record)
{
    struct odata *odata = context;
    char date[40];
    write_date(record->received_ms, date);
    size_t length = strlen(record->form_id);
    if (record->project == odata->project && strncmp(record->form_id, odata->service, length) == 0 &&
        strcmp(odata->service + length, ".svc") == 0 && strcmp(date, odata->since) >= 0)
        json_array_append_new(odata->list, json_pack("{s:s, s:{s:s}}", "__id", record->instance_id,
                                                     "__system", "submissionDate", date));
    return err_ok();
}

static void answer_odata(struct request *request, struct reply *reply, const struct path *path)
{
    static const char GE[] = "__system/submissionDate%20ge%20"; /* the server decodes nothing by itself */
    const char *filter = MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, "$filter");
    struct odata odata = {(int)strtol(part(path, 1), NULL, 10), part(path, 3), "", json_array()};
    if (filter && strncmp(filter, GE, sizeof GE - 1) != 0) {
        json_decref(odata.list);
        reply_problem(reply, 501,
                      "The given OData filter expression uses features not supported by this server.");
        return;
    }
    odata.since = filter ? filter + sizeof GE - 1 : "";
    struct err e = records_each(request->platform->records, NULL, list_row, &odata);
    (void)e;
    reply_json(reply, 200, json_pack("{s:o}", "value", odata.list));
}

struct finding {
    struct request *request;
    struct reply *reply;
    const struct path *path;
    bool wants_xml;
    const char *name; /* of an attachment */
};

static struct err give_file(void *context, const struct record_file *file)
{
    struct finding *finding = context;
    if (strcmp(file->name, finding->name) == 0) {
        finding->reply->status = 200;
        finding->reply->content_type = "application/octet-stream";
        buf_append(&finding->reply->body, file->bytes, file->size);
    }
    return err_ok();
}

static void take_review(struct request *request, json_t *review)
{
    json_t *body = json_loadb(buf_text(&request->body), request->body.length, 0, NULL);
    json_t *state = json_object_get(body, "reviewState"), *comment = json_object_get(body, "body");
    if (json_is_string(state))
        json_object_set(review, "state", state);
    if (json_is_string(comment))
        json_array_insert_new(json_object_get(review, "comments"), 0, json_pack("{s:O}", "body", comment));
    json_decref(body);
}

/* submissions/ID[.xml], ID/attachments/NAME, ID/comments */
static struct err give_submission(void *context, const struct record *record)
{
    struct finding *finding = context;
    struct request *request = finding->request;
    const struct path *path = finding->path;
    json_t *review = review_of(request->platform, record->instance_id);
    bool is_get = strcmp(request->method, "GET") == 0;
    if (!is_get)
        take_review(request, review);
    if (finding->wants_xml) {
        struct buf xml = {.data = (char *)(uintptr_t)record->xml, .length = record->xml_size};
        append_bytes(finding->reply, &xml);
    } else if (is(path, 6, "attachments")) {
        finding->name = part(path, 7);
        return records_files(request->platform->records, record->row, give_file, finding);
    } else if (is(path, 6, "comments") && is_get) {
        reply_json(finding->reply, 200, json_incref(json_object_get(review, "comments")));
    } else {
        reply_json(finding->reply, 200, submission_json(request->platform, record));
    }
    return err_ok();
}

static void answer_submission(struct request *request, struct reply *reply, const struct path *path)
{
    char id[PART_SIZE];
    size_t length = (size_t)snprintf(id, sizeof id, "%s", part(path, 5));
    bool wants_xml = path->count == 6 && length > 4 && strcmp(id + length - 4, ".xml") == 0;
    if (wants_xml)
        id[length - 4] = '\0';
    struct finding finding = {request, reply, path, wants_xml, NULL};
    struct err e = records_each(request->platform->records, id, give_submission, &finding);
    (void)e;
    if (reply->status == 0)
        reply_not_found(reply);
}

/* ---- the cases list ---- */

static const char *text(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static void answer_entity(struct request *request, struct reply *reply, const struct path *path)
{
    json_t *body = json_loadb(buf_text(&request->body), request->body.length, 0, NULL);
    json_t *data = json_object_get(body, "data");
    bool is_new = path->count == 5;
    struct case_row row = {
        .name = is_new ? text(body, "uuid") : part(path, 5),
        .kiosk = text(data, "kiosk"),
        .status = text(data, "status"),
        .message = text(data, "message"),
        .updated = text(data, "updated"),
        .due = text(data, "due"),
    };
    if (!is_new && !records_has_case(request->platform->records, row.name)) {
        reply_not_found(reply);
    } else {
        struct err e = records_set_case(request->platform->records, &row);
        if (err_is(&e))
            reply_problem(reply, 400, e.text);
        else
            reply_json(reply, 200, json_pack("{s:s}", "uuid", row.name));
    }
    json_decref(body);
}

/* ---- all of it ---- */

static void answer_project(struct request *request, struct reply *reply, const struct path *path)
{
    int project = (int)strtol(part(path, 1), NULL, 10);
    if (project < 1 || project > PROJECT_COUNT) {
        reply_not_found(reply);
        return;
    }
    const struct forms *forms = &request->platform->forms[project - 1];
    const struct form *form = forms_find(forms, part(path, 3));
    if (is(path, 2, "datasets") && is(path, 3, "cases") && is(path, 4, "entities"))
        answer_entity(request, reply, path);
    else if (is(path, 2, "forms") && path->count == 3)
        answer_forms(request, reply, forms);
    else if (is(path, 4, "Submissions") && strstr(part(path, 3), ".svc"))
        answer_odata(request, reply, path);
    else if (is(path, 4, "submissions") && path->count == 5)
        answer_submissions(request, reply, part(path, 3));
    else if (is(path, 4, "submissions"))
        answer_submission(request, reply, path);
    else if (form && is(path, 4, "versions"))
        answer_version(path, reply, form);
    else
        reply_not_found(reply);
}

void answer_central(struct request *request, struct reply *reply)
{
    struct path path;
    split(request->target.name, &path);
    pthread_mutex_lock(&request->platform->lock);
    if (is(&path, 0, "sessions"))
        answer_session(request, reply);
    else if (!is_signed_in(request))
        reply_problem(reply, 401, "Could not authenticate with the provided credentials.");
    else
        answer_project(request, reply, &path);
    pthread_mutex_unlock(&request->platform->lock);
}
