/*
 * yizhanctl apply FORM_ID --answers FILE.json [--media NAME=PATH]...: fills a form through the engine and
 * saves it exactly as the screen does. Answers are {"ref": "value"} in file order; a ref one past the last
 * instance of a repeat adds it.
 */
#include "app/ctl/command.h"
#include "app/ctl/options.h"
#include "app/service/own_form.h"
#include "app/service/save_request.h"
#include "app/service/zone.h"
#include "board/base/file.h"
#include "board/base/poke.h"
#include "board/base/random.h"
#include "board/base/wipe.h"
#include "offline/case_number.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_FAILED = 1, FILE_BYTES_MAX = 64 << 20, PROBLEMS_MAX = 256 };

struct apply {
    const char *config_path, *form_id, *answers_path, *lang;
    bool is_json;
    struct config config;
    struct catalogue *catalogue;
    const struct service *service;
    struct xform_session *session;
    struct tz *tz;
    struct formstore *formstore;
    struct outbox *outbox;
    struct device_key *key;
    struct seal_file files[SAVE_MEDIA_MAX];
    struct buf file_bytes[SAVE_MEDIA_MAX];
    size_t file_count;
    json_t *problems; /* [{"ref","message"}] */
    char number[CASE_NUMBER_SIZE], instance_id[OUTBOX_ID_SIZE], code[RECEIPT_CODE_SIZE];
};

/* ---- command line ---- */

static struct err add_medium(struct apply *apply, const char *value)
{
    const char *equals = strchr(value, '=');
    if (!equals || equals == value)
        return err_make(ERR_DATA, "apply", 0, "--media is NAME=PATH");
    struct buf *bytes = &apply->file_bytes[apply->file_count];
    buf_init_private(bytes);
    TRY(file_read(equals + 1, FILE_BYTES_MAX, bytes));
    char *name = strndup(value, (size_t)(equals - value));
    if (!name)
        return err_no_memory("apply");
    apply->files[apply->file_count++] = (struct seal_file){name, bytes->data, bytes->length};
    return err_ok();
}

static bool read_options(struct apply *apply, const char **media, int argc, char **argv)
{
    const struct option_place places[] = {{"config", .value = &apply->config_path},
                                          {"answers", .value = &apply->answers_path},
                                          {"media", .values = media, .most = SAVE_MEDIA_MAX},
                                          {"lang", .value = &apply->lang},
                                          {"json", .given = &apply->is_json},
                                          {.name = NULL}};
    return options_read(argc, argv, places, &apply->form_id, 1) && apply->form_id && apply->answers_path;
}

static struct err add_media(struct apply *apply, const char **media)
{
    for (size_t i = 0; i < SAVE_MEDIA_MAX && media[i]; i++)
        TRY(add_medium(apply, media[i]));
    return err_ok();
}

/* ---- opening ---- */

static struct err open_stores(struct apply *apply)
{
    const struct config *config = &apply->config;
    const struct outbox_options outbox = {
        .dir = config->store.dir, .kiosk_number = config->kiosk.number, .clock = clock_system()};
    const struct formstore_options forms = {.dir = config->store.dir, .clock = clock_system()};
    TRY(device_key_open(config->secrets.dir, &apply->key));
    TRY(outbox_open(&outbox, &apply->outbox));
    TRY(formstore_open(&forms, &apply->formstore));
    return catalogue_build(apply->formstore, config, &apply->catalogue);
}

static struct err open_session(struct apply *apply)
{
    char uuid[37], device[32];
    uint64_t seed;
    apply->service = catalogue_find(apply->catalogue, apply->form_id);
    if (!apply->service)
        return err_make(ERR_REFUSED, "apply", 0, "this kiosk does not offer %s: see yizhanctl forms list",
                        apply->form_id);
    random_uuid(uuid);
    random_bytes(&seed, sizeof seed);
    snprintf(apply->instance_id, sizeof apply->instance_id, "uuid:%s", uuid);
    snprintf(device, sizeof device, "yizhan:%04d", apply->config.kiosk.number);
    struct err no_zone = zone_load(&apply->tz);
    (void)no_zone; /* the record then tells UTC */
    const struct session_inputs inputs = {
        .now_ms = clock_system()->wall_ms(clock_system()),
        .tz = apply->tz,
        .seed = seed,
        .instance_id = apply->instance_id,
        .device_id = device,
        .language = apply->lang ? apply->lang : apply->config.kiosk.lang,
    };
    return session_create(apply->service->form, &inputs, &apply->session);
}

/* ---- answering ---- */

static void add_problem(struct apply *apply, const char *ref, const char *message)
{
    if (json_array_size(apply->problems) < PROBLEMS_MAX)
        json_array_append_new(apply->problems, json_pack("{s:s, s:s}", "ref", ref, "message", message));
}

/* "/data/child[3]/name" with two children there: adds the third. The innermost position may be the missing
 * one. */
static void add_missing_instance(struct apply *apply, const char *ref)
{
    for (const char *open = strchr(ref, '['); open; open = strchr(open + 1, '[')) {
        char instance[XFORM_REF_SIZE], repeat[XFORM_REF_SIZE];
        const char *close = strchr(open, ']');
        if (!close || (size_t)(close - ref) + 2 > sizeof instance)
            return;
        snprintf(instance, sizeof instance, "%.*s", (int)(close - ref + 1), ref);
        snprintf(repeat, sizeof repeat, "%.*s", (int)(open - ref), ref);
        long position = strtol(open + 1, NULL, 10);
        struct session_node series, node;
        struct err missing = session_look(apply->session, instance, &node);
        struct err e = session_look(apply->session, repeat, &series);
        if (!err_is(&missing) || err_is(&e) || (size_t)position != series.child_count + 1)
            continue;
        e = session_add_repeat(apply->session, repeat, 0);
        if (err_is(&e))
            add_problem(apply, repeat, e.text);
    }
}

static void give_answer(struct apply *apply, const char *ref, const json_t *value)
{
    const char *message = "";
    if (!json_is_string(value)) {
        add_problem(apply, ref, "an answer is a string");
        return;
    }
    add_missing_instance(apply, ref);
    struct err e = session_answer(apply->session, ref, json_string_value(value), &message);
    if (!err_is(&e))
        return;
    const char *why = e.class == ERR_USER && *message ? message : e.text;
    size_t named = strlen(ref); /* some of the engine's texts begin with the ref, which is told anyway */
    add_problem(apply, ref, strncmp(why, ref, named) == 0 && why[named] == ':' ? why + named + 2 : why);
}

static bool is_attached(const struct apply *apply, const char *name)
{
    for (size_t i = 0; i < apply->file_count; i++)
        if (strcmp(apply->files[i].name, name) == 0)
            return true;
    return false;
}

/* Every answer that names a file which no --media brought. */
static void find_missing_media(struct apply *apply, json_t *answers)
{
    const char *const *names;
    const char *ref;
    json_t *value;
    size_t count = session_media_names(apply->session, &names);
    for (size_t i = 0; i < count; i++) {
        if (is_attached(apply, names[i]))
            continue;
        const char *asked_by = names[i];
        json_object_foreach(answers, ref, value) if (json_is_string(value) &&
                                                     strcmp(json_string_value(value), names[i]) == 0)
            asked_by = ref;
        char message[512];
        snprintf(message, sizeof message, "give the file: --media %s=PATH", names[i]);
        add_problem(apply, asked_by, message);
    }
}

static bool has_problem(const struct apply *apply, const char *ref)
{
    size_t i;
    json_t *problem;
    json_array_foreach(apply->problems, i,
                       problem) if (strcmp(json_string_value(json_object_get(problem, "ref")), ref) ==
                                    0) return true;
    return false;
}

static struct err give_answers(struct apply *apply)
{
    json_error_t why;
    const char *ref;
    if (access(apply->answers_path, R_OK) != 0)
        return err_errno("apply", errno, "open %.200s", apply->answers_path);
    json_t *value, *answers = json_load_file(apply->answers_path, JSON_REJECT_DUPLICATES, &why);
    if (!json_is_object(answers)) {
        json_decref(answers);
        return err_make(ERR_DATA, "apply", 0, "%s:%d: %s", apply->answers_path, why.line,
                        answers ? "expected {\"ref\": \"value\"}" : why.text);
    }
    json_object_foreach(answers, ref, value) give_answer(apply, ref, value);
    find_missing_media(apply, answers);
    json_decref(answers);
    const struct session_violation *violations;
    size_t count = session_validate(apply->session, &violations);
    for (size_t i = 0; i < count; i++)
        if (!has_problem(apply, violations[i].ref))
            add_problem(apply, violations[i].ref,
                        *violations[i].message                   ? violations[i].message
                        : violations[i].kind == SESSION_REQUIRED ? "an answer is required"
                                                                 : "the answer does not meet its constraint");
    size_t problems = json_array_size(apply->problems);
    return problems ? err_make(ERR_USER, "apply", 0, "%zu answers are not valid; nothing was saved", problems)
                    : err_ok();
}

static struct err save(struct apply *apply)
{
    struct save_request *request = NULL;
    if (own_form_is(
            apply->form_id)) /* a report is no citizen's: it uses up no number, and may go in the clear */
        case_number_own(apply->instance_id, apply->number);
    else
        TRY(outbox_take_number(apply->outbox, apply->number));
    const struct save_source source = {
        .session = apply->session,
        .service = apply->service,
        .number = apply->number,
        .instance_id = apply->instance_id,
        .now_ms = clock_system()->wall_ms(clock_system()),
        .files = apply->files,
        .file_count = apply->file_count,
    };
    TRY(save_request_create(&source, &request));
    struct err e = save_request_commit(request, &apply->config, apply->key, apply->outbox, apply->code);
    save_request_destroy(&request);
    if (!err_is(&e))
        poke_send(apply->config.store.dir, "sync");
    return e;
}

/* ---- reporting ---- */

static void report(const struct apply *apply, const struct err *e)
{
    size_t i;
    json_t *problem;
    if (apply->is_json) {
        json_t *out =
            err_is(e) ? json_pack("{s:b, s:s, s:O}", "ok", 0, "error", e->text, "problems", apply->problems)
                      : json_pack("{s:b, s:s, s:s, s:s}", "ok", 1, "instance_id", apply->instance_id,
                                  "number", apply->number, "receipt_code", apply->code);
        json_dumpf(out, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(out);
        return;
    }
    if (!err_is(e)) {
        char grouped[CASE_NUMBER_GROUPED_SIZE];
        case_number_group(apply->number, grouped);
        printf("saved %s as %s\n", grouped, apply->instance_id);
        return;
    }
    fprintf(stderr, "yizhanctl apply: %s\n", e->text);
    json_array_foreach(apply->problems, i, problem)
        fprintf(stderr, "  %s: %s\n", json_string_value(json_object_get(problem, "ref")),
                json_string_value(json_object_get(problem, "message")));
}

static void finish(struct apply *apply)
{
    session_destroy(&apply->session);
    catalogue_destroy(&apply->catalogue);
    formstore_close(&apply->formstore);
    outbox_close(&apply->outbox);
    device_key_close(&apply->key);
    tz_destroy(&apply->tz);
    for (size_t i = 0; i < apply->file_count; i++) {
        free((void *)(uintptr_t)apply->files[i].name);
        buf_finish(&apply->file_bytes[i]);
    }
    json_decref(apply->problems);
}

int command_apply(int argc, char **argv)
{
    struct apply apply = {.config_path = CONFIG_DEFAULT_PATH, .problems = json_array()};
    const char *media[SAVE_MEDIA_MAX] = {NULL};
    if (!read_options(&apply, media, argc, argv)) {
        finish(&apply);
        return COMMAND_USAGE;
    }
    struct err e = add_media(&apply, media);
    if (!err_is(&e))
        e = config_load(apply.config_path, &apply.config);
    if (!err_is(&e))
        e = open_stores(&apply);
    if (!err_is(&e))
        e = open_session(&apply);
    if (!err_is(&e))
        e = give_answers(&apply);
    if (!err_is(&e))
        e = save(&apply);
    report(&apply, &e);
    finish(&apply);
    return err_is(&e) ? EXIT_FAILED : 0;
}
