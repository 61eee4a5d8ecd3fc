/* yizhanctl: the technician's and the form author's command line. Finds the subcommand, nothing else. */
#include "app/ctl/command.h"
#include "app/form/nearest.h"
#include "board/base/wipe.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct command commands[] = {
    {"devices", "list", "[--models FILE] [--json]", "what is plugged in and how it is", command_devices_list},
    {"devices", "watch", "[--timeout S] [--models FILE] [--json]", "the same, as it changes",
     command_devices_watch},
    {"devices", "read", "[--show] [--timeout S] [--models FILE] [--json]", "read one card",
     command_devices_read},
    {"devices", "print", "FILE.pbm [--timeout S] [--models FILE] [--json]", "print a bitmap",
     command_devices_print},
    {"devices", "record", "DIR [--width DOTS] [--timeout S] [--models FILE] [--json]",
     "keep what the devices say, without personal data", command_devices_record},
    {"printer", "test", "[--width DOTS] [--assets DIR] [--timeout S] [--models FILE] [--json]",
     "print a receipt that shows what the printer can", command_printer_test},
    {"form", "check", "FORM.xml [--media DIR] [--json]", "find what is wrong with a form",
     command_form_check},
    {"form", "show",
     "FORM.xml --out DIR [--media DIR] [--answers FILE.json] [--lang zh-CN|en]\n"
     "      [--text normal|large|largest] [--contrast light|dark|yellow] [--panel WIDTHxHEIGHT@INCHES]...\n"
     "      [--assets DIR]",
     "draw every screen of a form, in every look", command_form_show},
    {"form", "session", "", "fill a form by JSON lines on stdin", command_form_session},
    {"forms", "list", "[--config FILE] [--json]", "what the platform published and this kiosk holds",
     command_forms_list},
    {"queue", "list", "[--state NAME] [--limit N] [--config FILE] [--json]", "applications, newest first",
     command_queue_list},
    {"queue", "show", "NUMBER|INSTANCE [--config FILE] [--json]", "one application and how it fared",
     command_queue_show},
    {"queue", "release", "NUMBER|INSTANCE [--config FILE] [--json]", "send a parked application again",
     command_queue_release},
    {"case", NULL, "NUMBER|INSTANCE [--config FILE] [--json]", "how far one application has come",
     command_case},
    {"courier", "export", "DIR [--config FILE] [--json]", "put what waits on a stick",
     command_courier_export},
    {"courier", "import", "DIR [--config FILE] [--json]", "take the receipts from a stick",
     command_courier_import},
    {"courier", "upload",
     "DIR --url URL --key KEYDIR [--user NAME --password-file FILE] [--ca FILE] [--json]",
     "at an office: send what is on a stick and sign the receipts", command_courier_upload},
    {"courier", "key", "KEYDIR", "at an office: make its key, print what kiosks pin as [courier] office_key",
     command_courier_key},
    {"rescue", NULL, "DISK [--to STICK --key KEYDIR] [--json]",
     "what a dead box's disk or mirror still holds, and onto a stick with it", command_rescue},
    {"desk", "fetch", "[--config FILE] [--json]", "at the county: new applications from ODK Central",
     command_desk_fetch},
    {"desk", "list", "[--overdue] [--config FILE] [--json]", "its cases, how far and until when",
     command_desk_list},
    {"desk", "show", "NUMBER|INSTANCE [--lang TAG] [--config FILE] [--json]", "one application, opened",
     command_desk_show},
    {"desk", "print", "NUMBER|INSTANCE --out FILE.pdf [--lang TAG] [--assets DIR] [--config FILE]",
     "the same as A4 pages", command_desk_print},
    {"desk", "set", "NUMBER|INSTANCE STATUS [--message TEXT] [--due DATE] [--config FILE] [--json]",
     "decide: received, accepted, needs-papers, rejected, finished", command_desk_set},
    {"desk", "sync", "[--config FILE] [--json]", "Central's review states into the kiosks' list of cases",
     command_desk_sync},
    {"desk", "key", "--out FILE.pem [--suite odk|sm] [--passphrase-file FILE] [--json]",
     "make the county's key pair", command_desk_key},
    {"fleet", "enrol", "LIST.csv --template FILE.ini [--pin-key FILE] --out DIR [--json]",
     "at the county: a folder a kiosk from a spreadsheet", command_fleet_enrol},
    {"fleet", "report",
     "--out FILE.html [--config DESK.ini] [--from DIR] [--silent DAYS] [--queue DAYS] [--json]",
     "at the county: how all kiosks are, on one page", command_fleet_report},
    {"fleet", "visits", "STICK --ca FILE.pem [--json]",
     "at the county: what a stick did at which kiosk, and which are still to visit", command_fleet_visits},
    {"key", NULL, "[--config FILE] [--json]", "this kiosk's public key, for the county's desk.ini",
     command_key},
    {"log", "keep", "FILE", "the journal's errors from stdin into a small file without personal data",
     command_log_keep},
    {"reset", NULL, "[--yes] [--to STICK | --carried N | --abandon-unsent] [--config FILE] [--json]",
     "factory reset: destroy keys, store and configuration", command_reset},
    {"status", NULL, "[--config FILE] [--json]",
     "versions, devices, what waits, the link, forms, disk, clock", command_status},
    {"voice", "script", "[--lang TAG] [--forms DIR] [--assets DIR]",
     "every sentence and number with its id, as CSV for an announcer", command_voice_script},
    {"voice", "pack", "RECORDINGS --out DIR [--lang TAG] [--forms DIR] [--assets DIR]",
     "take the announcer's ID.wav files, say what is missing", command_voice_pack},
    {"apply", NULL,
     "FORM_ID --answers FILE.json [--media NAME=PATH]... [--lang TAG] [--config FILE] [--json]",
     "fill a form and save it as the screen does", command_apply},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

/* "form check FORM.xml [--media DIR] [--json]" */
static void print_command(FILE *out, const char *before, const struct command *command)
{
    fprintf(out, "%s%s%s%s%s%s\n", before, command->noun, command->verb ? " " : "",
            command->verb ? command->verb : "", *command->usage ? " " : "", command->usage);
}

/* All of them, or those of one noun. */
static void print_usage(FILE *out, const char *noun)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        if (!noun || strcmp(noun, commands[i].noun) == 0) {
            print_command(out, "  ", &commands[i]);
            fprintf(out, "      %s\n", commands[i].help);
        }
    }
}

static bool is_noun(const char *word, struct nearest *nearest)
{
    bool is_one = false;
    for (size_t i = 0; i < COMMANDS; i++) {
        is_one |= strcmp(word, commands[i].noun) == 0;
        nearest_offer(nearest, commands[i].noun);
    }
    return is_one;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "help") == 0;
}

/* What was typed is no command: what is wrong with it in a line, and what there is instead. verb: NULL for
 * none. */
static int say_unknown(const char *noun, const char *verb)
{
    struct nearest nearest = nearest_begin(noun, strlen(noun));
    bool is_known = is_noun(noun, &nearest);
    if (is_known && verb && is_help(verb)) {
        print_usage(stdout, noun);
        return 0;
    }
    if (is_known) {
        fprintf(stderr, verb ? "yizhanctl: there is no %s %s\n" : "yizhanctl: %s what?\n", noun, verb);
        print_usage(stderr, noun);
        return COMMAND_USAGE;
    }
    fprintf(stderr, "yizhanctl: there is no command %s\n", noun);
    if (nearest.best)
        fprintf(stderr, "Did you mean %s?\n", nearest.best);
    fputs("yizhanctl help says what there is.\n", stderr);
    return COMMAND_USAGE;
}

/* The command that the words begin with; NULL: none. verb: NULL for none. */
static const struct command *find(const char *noun, const char *verb)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(noun, commands[i].noun) == 0 &&
            (!commands[i].verb || (verb && strcmp(verb, commands[i].verb) == 0)))
            return &commands[i];
    return NULL;
}

static int run(const struct command *command, int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            print_command(stdout, "usage: yizhanctl ", command);
            return 0;
        }
    }
    int status = command->run(argc, argv);
    if (status == COMMAND_USAGE)
        print_command(stderr, "usage: yizhanctl ", command);
    return status;
}

/* `help`, `help NOUN` and `help NOUN VERB`. noun, verb: NULL for none. */
static int help(const char *noun, const char *verb)
{
    const struct command *command = noun ? find(noun, verb) : NULL;
    if (noun && !command)
        return say_unknown(noun, verb ? verb : "help");
    if (command) {
        print_command(stdout, "usage: yizhanctl ", command);
    } else {
        puts("usage: yizhanctl COMMAND ...");
        print_usage(stdout, NULL);
    }
    return 0;
}

int main(int argc, char **argv)
{
    const char *noun = argc > 1 ? argv[1] : NULL, *verb = argc > 2 ? argv[2] : NULL;
    forbid_core_dumps(); /* answers and cards pass through here */
    forbid_onlookers();
    if (!noun) {
        fputs("usage: yizhanctl COMMAND ...\n", stderr);
        print_usage(stderr, NULL);
        return COMMAND_USAGE;
    }
    if (is_help(noun))
        return help(verb, verb && argc > 3 ? argv[3] : NULL);
    const struct command *command = find(noun, verb);
    int words = command && command->verb ? 3 : 2;
    return command ? run(command, argc - words, argv + words) : say_unknown(noun, verb);
}
