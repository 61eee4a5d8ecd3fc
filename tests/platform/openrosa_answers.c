/* OpenRosa's verbs, answered as ODK Central was measured to (docs/ODK_CENTRAL.md). */
#include "tests/platform/platform.h"

#include "board/base/log.h"

#include <stdlib.h>
#include <string.h>

static const char XML_PART[] = "xml_submission_file";

/* Central's answer to a key that exists but may do nothing: an empty form list, and refusals. */
static const char POWERLESS_TOKEN[] = "powerless";

void reply_message(struct reply *reply, int status, const char *message)
{
    reply->status = status;
    reply->marked = true;
    reply->content_type = "text/xml; charset=utf-8";
    buf_printf(&reply->body,
               "<OpenRosaResponse xmlns=\"http://openrosa.org/http/response\" items=\"0\">\n"
               "    <message nature=\"%s\">",
               status < 300 ? "" : "error");
    xml_append_escaped(&reply->body, message);
    buf_append_text(&reply->body, "</message>\n  </OpenRosaResponse>");
}

static const char *header(struct request *request, const char *name)
{
    const char *value = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
    return value ? value : "";
}

/* ---- who asks ---- */

static bool is_digest_user(struct request *request)
{
    const struct platform_options *options = &request->platform->options;
    char *name = MHD_digest_auth_get_username(request->connection);
    bool known = name && strcmp(name, options->user) == 0;

    free(name);
    if (!known)
        return false;
    int checked = MHD_digest_auth_check2(request->connection, "yizhan", options->user, options->password, 300,
                                         MHD_DIGEST_ALG_MD5);
    request->stale_nonce = checked == MHD_INVALID_NONCE;
    return checked == MHD_YES;
}

static bool is_user(struct request *request)
{
    const struct platform_options *options = &request->platform->options;
    char *password = NULL;

    if (!options->user)
        return false;
    if (strcmp(options->auth, "digest") == 0)
        return is_digest_user(request);
    char *user = MHD_basic_auth_get_username_password(request->connection, &password);
    bool known =
        user && password && strcmp(user, options->user) == 0 && strcmp(password, options->password) == 0;
    free(user);
    free(password);
    return known;
}

/* 0: may go on. */
static int refusal(struct request *request)
{
    const struct target *target = &request->target;
    if (*target->token) {
        if (strcmp(target->token, request->platform->options.token) == 0)
            return 0;
        if (strcmp(target->token, POWERLESS_TOKEN) == 0)
            return target->route == ROUTE_LIST ? 0 : 401;
        return 403;
    }
    return is_user(request) ? 0 : 401;
}

/* ---- forms ---- */

static void weak_etag(struct reply *reply, const char *md5)
{
    snprintf(reply->etag, sizeof reply->etag, "W/\"%s\"", md5);
}

/* A whole document with its ETag, or 304. */
static void reply_document(struct request *request, struct reply *reply, const char *content_type,
                           const char *md5)
{
    char own[33];
    if (!md5) {
        md5_hex(reply->body.data, reply->body.length, own);
        md5 = own;
    }
    weak_etag(reply, md5);
    reply->status = 200;
    reply->content_type = content_type;
    if (strcmp(header(request, "If-None-Match"), reply->etag) == 0) {
        reply->status = 304;
        buf_clear(&reply->body);
    }
}

static void base_url(struct request *request, struct buf *out_url)
{
    const char *domain = request->platform->options.domain;
    if (domain)
        buf_printf(out_url, "%s%s", domain, request->target.base);
    else
        buf_printf(out_url, "http://%s%s", header(request, "Host"), request->target.base);
}

static void cases_hash(struct platform *platform, char out_md5[33])
{
    struct buf csv = {0};
    struct err e = records_write_cases(platform->records, &csv);
    if (err_is(&e))
        log_err("platform", &e);
    /* Central's hash of an entity list is not of its bytes: neither is this one. */
    buf_append_text(&csv, "entity list");
    md5_hex(csv.data, csv.length, out_md5);
    buf_finish(&csv);
}

static void answer_list(struct request *request, struct reply *reply)
{
    struct buf base = {0};
    static const struct forms none = {0};
    bool powerless = strcmp(request->target.token, POWERLESS_TOKEN) == 0;

    base_url(request, &base);
    forms_write_list(powerless ? &none : &request->platform->forms[request->target.project - 1],
                     buf_text(&base), &reply->body);
    buf_finish(&base);
    reply->marked = true;
    reply_document(request, reply, "text/xml; charset=utf-8", NULL);
}

static void answer_manifest(struct request *request, struct reply *reply, const struct form *form)
{
    struct buf base = {0};
    char hash[33];

    base_url(request, &base);
    cases_hash(request->platform, hash);
    form_write_manifest(form, buf_text(&base), hash, &reply->body);
    buf_finish(&base);
    reply->marked = true;
    reply_document(request, reply, "text/xml; charset=utf-8", NULL);
}

static void answer_form(struct request *request, struct reply *reply, const struct form *form)
{
    buf_append(&reply->body, form->xml.data, form->xml.length);
    reply_document(request, reply, "application/xml; charset=utf-8", form->md5);
}

static void answer_attachment(struct request *request, struct reply *reply, const struct form *form)
{
    const struct form_medium *medium = form_medium_find(form, request->target.name);
    if (medium) {
        buf_append(&reply->body, medium->bytes.data, medium->bytes.length);
        reply_document(request, reply, "application/octet-stream", medium->md5);
    } else if (form->wants_cases && strcmp(request->target.name, "cases.csv") == 0) {
        struct err e = records_write_cases(request->platform->records, &reply->body);
        if (err_is(&e))
            log_err("platform", &e);
        reply_document(request, reply, "text/csv", NULL);
    } else {
        reply_message(reply, 404, "Could not find the resource you were looking for.");
    }
}

static void answer_get(struct request *request, struct reply *reply)
{
    struct platform *platform = request->platform;
    const struct form *form = NULL;

    pthread_mutex_lock(&platform->lock);
    if (request->target.route == ROUTE_LIST)
        answer_list(request, reply);
    else
        form = forms_find(&platform->forms[request->target.project - 1], request->target.form);
    if (form && request->target.route == ROUTE_MANIFEST)
        answer_manifest(request, reply, form);
    else if (form && request->target.route == ROUTE_FORM)
        answer_form(request, reply, form);
    else if (form)
        answer_attachment(request, reply, form);
    pthread_mutex_unlock(&platform->lock);
    if (reply->status == 0)
        reply_message(reply, 404, "Could not find the resource you were looking for.");
}

/* ---- submissions ---- */

/* 0, or why this submission is not for us. */
static int unfit(struct request *request, const struct instance *instance, const char **out_why)
{
    struct platform *platform = request->platform;
    int project = request->target.project;
    int status = 0;

    if (!instance->form_id || !*instance->form_id || !instance->instance_id || !*instance->instance_id) {
        *out_why = "Required parameter missing: form ID or instanceID.";
        return 400;
    }
    pthread_mutex_lock(&platform->lock);
    const struct form *form = forms_find(&platform->forms[project - 1], instance->form_id);
    if (!form) {
        *out_why = "Could not find the resource you were looking for.";
        status = 404;
    } else if (form->state == FORM_CLOSED) {
        *out_why = "This form is not currently accepting submissions.";
        status = 409;
    } else if (strcmp(form->version, instance->version) != 0 &&
               !records_was_published(platform->records, project, instance->form_id, instance->version)) {
        *out_why = "The form version specified in this submission does not exist.";
        status = 404;
    }
    pthread_mutex_unlock(&platform->lock);
    return status;
}

static void store(struct request *request, struct reply *reply, const struct instance *instance,
                  const struct posted_part *xml)
{
    struct record_file files[64];
    struct record_post post = {
        .project = request->target.project,
        .instance = instance,
        .xml = xml->bytes.data,
        .xml_size = xml->bytes.length,
        .files = files,
        .now_ms = platform_now_ms(),
    };
    enum record_outcome outcome = RECORD_NEW;
    static const char *const words[] = {"new", "media added", "repeated", "conflict"};
    int dropped = 0;

    for (size_t i = 0; i < request->part_count && post.file_count < 64; i++) {
        const struct posted_part *part = &request->parts[i];
        if (part != xml)
            files[post.file_count++] = (struct record_file){part->name, part->bytes.data, part->bytes.length};
    }
    struct err e = records_post(request->platform->records, &post, &outcome, &dropped);
    if (err_is(&e)) {
        reply_message(reply, 500, "Completely unhandled exception.");
        return;
    }
    platform_log(request->platform, "submission %s: %s, %zu files, %d dropped", instance->instance_id,
                 words[outcome], post.file_count, dropped);
    if (outcome == RECORD_CONFLICT)
        reply_message(reply, 409, "A submission already exists with this ID, but with different form data.");
    else
        reply_message(reply, 201, "full submission upload was successful!");
}

static const struct posted_part *find_xml(const struct request *request)
{
    for (size_t i = 0; i < request->part_count; i++) {
        /* Without a file name it is a field, not a file, to Central. */
        if (strcmp(request->parts[i].name, XML_PART) == 0 && *request->parts[i].filename)
            return &request->parts[i];
    }
    return NULL;
}

static void answer_post(struct request *request, struct reply *reply)
{
    const struct posted_part *xml = find_xml(request);
    struct arena *arena = arena_create(ARENA_PLAIN, 0);
    struct instance instance = {0};
    const char *why = "";

    if (!arena) {
        reply_message(reply, 500, "no memory");
    } else if (!xml) {
        reply_message(reply, 400, "Required multipart POST field xml_submission_file missing.");
    } else {
        struct err e = instance_read(buf_text(&xml->bytes), xml->bytes.length, arena, &instance);
        int status = err_is(&e) ? 400 : unfit(request, &instance, &why);
        if (status)
            reply_message(reply, status, err_is(&e) ? e.text : why);
        else
            store(request, reply, &instance, xml);
    }
    arena_destroy(&arena);
}

/* Central looks at the token before it knows that it is asked for OpenRosa: its 403 comes without the mark.
 */
static void reply_refusal(struct reply *reply, int status)
{
    reply_message(reply, status,
                  status == 403
                      ? "The authentication you provided does not have rights to perform that action."
                      : "Could not authenticate with the provided credentials.");
    reply->marked = status != 403;
}

void answer_openrosa(struct request *request, struct reply *reply)
{
    bool is_post = strcmp(request->method, "POST") == 0;
    bool is_submission = request->target.route == ROUTE_SUBMISSION;
    int refused = request->target.project > 0 ? refusal(request) : 0;
    bool needs_mark =
        is_submission || request->target.route == ROUTE_LIST || request->target.route == ROUTE_MANIFEST;

    if (request->target.route == ROUTE_NONE)
        reply_message(reply, 404, "Could not find the resource you were looking for.");
    else if (needs_mark && strcmp(header(request, "X-OpenRosa-Version"), "1.0") != 0)
        reply_message(reply, 400,
                      "An expected header field (X-OpenRosa-Version) did not match the expected format.");
    else if (refused)
        reply_refusal(reply, refused);
    else if (request->too_large)
        reply_message(reply, 413, "The request is too large.");
    else if (is_submission && is_post)
        answer_post(request, reply);
    else if (is_submission)
        reply->status = 204, reply->marked = true;
    else
        answer_get(request, reply);
}
