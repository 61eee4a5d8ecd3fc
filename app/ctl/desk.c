/*
 * yizhanctl desk fetch | list | show | print | set | sync | key: the county's side, run where the private key
 * is.
 */
#include "app/ctl/clerk_words.h"
#include "app/ctl/command.h"
#include "app/ctl/desk_fetch.h"
#include "app/ctl/desk_page.h"
#include "app/ctl/desk_record.h"
#include "app/ctl/options.h"
#include "app/form/datetime.h"
#include "board/base/file.h"
#include "offline/credentials.h"
#include "offline/seal.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_FAILED = 1 };

#define CONFIG_DEFAULT "/etc/yizhan-desk/desk.ini"

struct desk {
    const char *config_path, *out, *message, *due, *suite, *passphrase_file, *assets, *lang;
    const char *words[2];
    bool is_json, only_overdue;
    struct desk_config config;
    char today[DATE_SIZE];
    struct central *central;
    struct unseal_key *key;
};

/* ---- beginning and end ---- */

static bool read_options(struct desk *desk, int argc, char **argv, size_t words)
{
    const struct option_place places[] = {{"config", .value = &desk->config_path},
                                          {"out", .value = &desk->out},
                                          {"message", .value = &desk->message},
                                          {"due", .value = &desk->due},
                                          {"suite", .value = &desk->suite},
                                          {"assets", .value = &desk->assets},
                                          {"lang", .value = &desk->lang},
                                          {"passphrase-file", .value = &desk->passphrase_file},
                                          {"overdue", .given = &desk->only_overdue},
                                          {"json", .given = &desk->is_json},
                                          {.name = NULL}};
    return options_read(argc, argv, places, desk->words, words) && (words == 0 || desk->words[words - 1]);
}

/* False: *out_status says how to leave. */
static bool begin(struct desk *desk, int argc, char **argv, size_t words, int *out_status)
{
    *desk = (struct desk){
        .config_path = CONFIG_DEFAULT, .suite = "odk", .assets = options_assets(), .lang = DESK_LANG};
    signal(SIGPIPE, SIG_IGN); /* a TLS connection that closes is an error, not the end */
    desk_day(clock_system()->wall_ms(clock_system()), desk->today);
    if (read_options(desk, argc, argv, words))
        return true;
    *out_status = COMMAND_USAGE;
    return false;
}

static struct err open_key(struct desk *desk)
{
    struct buf passphrase;
    struct err e = err_ok();
    buf_init_private(&passphrase);
    if (*desk->config.passphrase_file)
        e = credentials_read(desk->config.passphrase_file, &passphrase);
    if (!err_is(&e))
        e = unseal_key_open(desk->config.private_key, buf_text(&passphrase), &desk->key);
    buf_finish(&passphrase);
    return e;
}

/* Says how it went; the exit status. Takes result, which may be NULL; text is what a person reads. */
static int end(struct desk *desk, const struct err *e, json_t *result, const char *text)
{
    if (desk->is_json) {
        json_t *object = err_is(e) ? json_pack("{s:b, s:s}", "ok", 0, "error", e->text)
                         : result  ? result
                                   : json_object();
        if (!err_is(e))
            json_object_set_new(object, "ok", json_true());
        json_dumpf(object, stdout, JSON_COMPACT);
        putchar('\n');
        if (object != result)
            json_decref(object);
    } else if (err_is(e)) {
        fputs("yizhanctl: ", stderr);
        clerk_say(stderr, e->text);
    } else if (text) {
        clerk_say(stdout, text);
    }
    json_decref(result);
    central_close(&desk->central);
    unseal_key_close(&desk->key);
    return err_is(e) ? EXIT_FAILED : 0;
}

/* ---- fetch, sync ---- */

static json_t *counts_json(const struct desk_counts *counts)
{
    return json_pack("{s:i, s:i, s:i, s:i, s:i}", "fetched", counts->fetched, "incomplete",
                     counts->incomplete, "unopened", counts->unopened, "changed", counts->changed, "listed",
                     counts->listed);
}

int command_desk_fetch(int argc, char **argv)
{
    struct desk desk;
    struct desk_counts counts = {0};
    char text[200];
    int status;
    if (!begin(&desk, argc, argv, 0, &status))
        return status;
    struct err e = desk_config_load(desk.config_path, &desk.config);
    if (!err_is(&e))
        e = open_key(&desk);
    if (!err_is(&e))
        e = central_open(&desk.config, &desk.central);
    if (!err_is(&e))
        e = desk_fetch(&desk.config, desk.central, desk.key, desk.today, &counts);
    snprintf(text, sizeof text, "%d new, %d of them do not open; %d have not arrived whole", counts.fetched,
             counts.unopened, counts.incomplete);
    return end(&desk, &e, counts_json(&counts), text);
}

int command_desk_sync(int argc, char **argv)
{
    struct desk desk;
    struct desk_counts counts = {0};
    char text[200];
    int status;
    if (!begin(&desk, argc, argv, 0, &status))
        return status;
    struct err e = desk_config_load(desk.config_path, &desk.config);
    if (!err_is(&e))
        e = central_open(&desk.config, &desk.central);
    if (!err_is(&e))
        e = desk_sync(&desk.config, desk.central, desk.today, &counts);
    snprintf(text, sizeof text, "%d changed in Central, %d written into the cases list", counts.changed,
             counts.listed);
    return end(&desk, &e, counts_json(&counts), text);
}

/* ---- list ---- */

static json_t *case_json(const struct desk_case *item, const char *today)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:s}", "number", item->number,
                     "instance", item->instance_id, "form", item->form_id, "title", item->title, "received",
                     item->received, "status", item->status, "message", item->message, "updated",
                     item->updated, "due", item->due, "overdue", (int)desk_case_is_overdue(item, today),
                     "signature", desk_signature_name(item->signature), "problem", item->problem);
}

static void print_case(const struct desk_case *item, const char *today)
{
    char number[CASE_NUMBER_GROUPED_SIZE] = "(not opened)";
    struct buf line = {0};
    if (*item->number)
        case_number_group(item->number, number);
    clerk_words(number, &line);
    buf_printf(&line, "  %s  ", item->received);
    clerk_words(item->status, &line);
    buf_printf(&line, "  %s%s", item->due, *item->due ? "  " : "");
    if (desk_case_is_overdue(item, today))
        clerk_words("OVERDUE  ", &line);
    buf_append_text(&line, *item->title ? item->title : item->form_id);
    if (*item->problem) {
        buf_append_text(&line, ": ");
        clerk_words(item->problem, &line);
    }
    puts(buf_text(&line));
    buf_finish(&line);
}

int command_desk_list(int argc, char **argv)
{
    struct desk desk;
    struct desk_cases cases = {0};
    int status;
    if (!begin(&desk, argc, argv, 0, &status))
        return status;
    struct err e = desk_config_load(desk.config_path, &desk.config);
    if (!err_is(&e))
        e = desk_cases_read(desk.config.dir, &cases);
    json_t *list = json_array();
    for (size_t i = 0; i < cases.count; i++) {
        if (desk.only_overdue && !desk_case_is_overdue(&cases.items[i], desk.today))
            continue;
        json_array_append_new(list, case_json(&cases.items[i], desk.today));
        if (!desk.is_json)
            print_case(&cases.items[i], desk.today);
    }
    free(cases.items);
    return end(&desk, &e, json_pack("{s:o}", "cases", list), NULL);
}

/* ---- show, print ---- */

static struct err open_record(struct desk *desk, struct desk_case *item, struct desk_record *record)
{
    *record = (struct desk_record){0};
    TRY(desk_config_load(desk->config_path, &desk->config));
    TRY(desk_case_find(desk->config.dir, desk->words[0], item));
    TRY(open_key(desk));
    return desk_record_open(&desk->config, desk->key, item, desk->lang, record);
}

static json_t *record_json(struct desk_record *record)
{
    const struct session_answer_line *lines;
    size_t count = session_answers(record->session, &lines);
    json_t *answers = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(answers, json_pack("{s:s, s:s, s:s}", "ref", lines[i].ref, "label",
                                                 lines[i].label, "value", lines[i].display));
    return answers;
}

static void print_record(struct desk_record *record)
{
    const struct session_answer_line *lines;
    size_t count = session_answers(record->session, &lines);
    if (desk_record_is_unverified(record))
        puts(DESK_UNVERIFIED_LABEL "\t" DESK_UNVERIFIED_WORDS);
    for (size_t i = 0; i < count; i++)
        if (lines[i].kind != XFORM_NOTE)
            printf("%s\t%s\n", lines[i].label, desk_record_words(&lines[i]));
}

int command_desk_show(int argc, char **argv)
{
    struct desk desk;
    struct desk_case item;
    struct desk_record record;
    json_t *result = NULL;
    int status;
    if (!begin(&desk, argc, argv, 1, &status))
        return status;
    struct err e = open_record(&desk, &item, &record);
    if (!err_is(&e)) {
        result = case_json(&item, desk.today);
        json_object_set_new(result, "answers", record_json(&record));
        json_object_set_new(result, "unverified", json_boolean(desk_record_is_unverified(&record)));
        if (!desk.is_json) {
            print_case(&item, desk.today);
            print_record(&record);
        }
    }
    desk_record_finish(&record);
    return end(&desk, &e, result, NULL);
}

int command_desk_print(int argc, char **argv)
{
    struct desk desk;
    struct desk_case item;
    struct desk_record record;
    int status;
    if (!begin(&desk, argc, argv, 1, &status))
        return status;
    struct err e = desk.out ? open_record(&desk, &item, &record)
                            : err_make(ERR_USER, "desk", 0, "where to? name a file with --out");
    if (desk.out) {
        if (!err_is(&e))
            e = desk_page_write(&record, &item, desk.assets, desk.out);
        desk_record_finish(&record);
    }
    return end(&desk, &e, NULL, desk.out);
}

/* ---- set ---- */

static bool is_date(const char *text)
{
    int64_t ms;
    return strlen(text) == strlen("2026-12-31") && datetime_parse(text, NULL, &ms);
}

static struct err decide(const struct desk *desk, struct desk_case *item)
{
    const char *status = desk->words[1];
    if (!desk_status_is_known(status))
        return err_make(ERR_USER, "desk", 0, "%.40s: received, accepted, needs-papers, rejected or finished",
                        status);
    if (strcmp(status, "needs-papers") == 0 && (!desk->message || !desk->due))
        return err_make(ERR_USER, "desk", 0,
                        "the citizen must know which paper (--message) and until when (--due)");
    if (desk->due && !is_date(desk->due))
        return err_make(ERR_USER, "desk", 0, "--due is a date: 2026-12-31");
    if (desk->message && strlen(desk->message) >= sizeof item->message)
        return err_make(ERR_USER, "desk", 0, "the message is too long for a screen");
    if (item->signature == DESK_SIGNATURE_BAD || item->signature == DESK_SIGNATURE_UNREAD)
        return err_make(ERR_REFUSED, "desk", 0, "%s", item->problem);
    desk_case_decide(item, status, desk->today);
    snprintf(item->message, sizeof item->message, "%s", desk->message ? desk->message : "");
    if (desk->due)
        snprintf(item->due, sizeof item->due, "%s", desk->due);
    return err_ok();
}

int command_desk_set(int argc, char **argv)
{
    struct desk desk;
    struct desk_case item = {0};
    int status;
    if (!begin(&desk, argc, argv, 2, &status))
        return status;
    struct err e = desk_config_load(desk.config_path, &desk.config);
    if (!err_is(&e))
        e = desk_case_find(desk.config.dir, desk.words[0], &item);
    if (!err_is(&e))
        e = decide(&desk, &item);
    if (!err_is(&e))
        e = central_open(&desk.config, &desk.central);
    if (!err_is(&e))
        e = desk_tell(&desk.config, desk.central, &item);
    return end(&desk, &e, case_json(&item, desk.today), item.status);
}

/* ---- key ---- */

static struct err make_key(struct desk *desk, struct buf *public)
{
    struct buf private, passphrase;
    struct err e = err_ok();
    buf_init_private(&private);
    buf_init_private(&passphrase);
    if (!desk->out || (strcmp(desk->suite, "odk") != 0 && strcmp(desk->suite, "sm") != 0))
        e = err_make(ERR_USER, "desk", 0, "name a new file with --out; --suite is odk or sm");
    else if (access(desk->out, F_OK) == 0)
        e = err_make(ERR_REFUSED, "desk", 0, "%s is there already, and what is sealed to it would be lost",
                     desk->out);
    if (!err_is(&e) && desk->passphrase_file)
        e = credentials_read(desk->passphrase_file, &passphrase);
    if (!err_is(&e))
        e = unseal_key_make(desk->suite, buf_text(&passphrase), &private, public);
    if (!err_is(&e))
        e = file_write(desk->out, buf_text(&private), private.length, 0600);
    buf_finish(&private);
    buf_finish(&passphrase);
    return e;
}

int command_desk_key(int argc, char **argv)
{
    struct desk desk;
    struct buf public = {0};
    char fingerprint[SEAL_FINGERPRINT_SIZE] = "", text[2048];
    int status;
    if (!begin(&desk, argc, argv, 0, &status))
        return status;
    struct err e = make_key(&desk, &public);
    if (!err_is(&e))
        e = seal_key_fingerprint(buf_text(&public), fingerprint);
    snprintf(text, sizeof text, "base64RsaPublicKey=%s\nkey_sha256 = %s", buf_text(&public), fingerprint);
    json_t *result = json_pack("{s:s, s:s}", "public", buf_text(&public), "sha256", fingerprint);
    buf_finish(&public);
    return end(&desk, &e, result, text);
}
