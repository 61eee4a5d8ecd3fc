/*
 * yizhan-visit: a technician's or courier's stick, from the socket to "you may take it". Headless: the kiosk
 * owns the screen.
 *
 *     yizhan-visit check DIR    what the stick at DIR is and may do; changes nothing
 *     yizhan-visit run STICK    the whole visit; STICK is a block device or a folder
 *     yizhan-visit refuse       says that something was plugged in that is a stick and something else besides
 *     yizhan-visit log [FILE]   this kiosk's visit log, or one brought home; its chain is checked
 *     yizhan-visit pin NAME     reads a PIN from stdin, prints the verifier for [visit] pin; --key FILE is
 * the fleet's PIN key
 *
 * All take --config FILE and --json; check and run take --release FILE, the os-release that says which
 * version runs here; check takes --ca FILE, the fleet's certificate where [visit] ca names the box's. For a
 * bench, run takes --run DIR for /run/yizhan, --rauc PROGRAM and --system PROGRAM for rauc and systemctl.
 * They leave with 0 when all is well, 1 for a stick that was refused, pulled early or left with something
 * undone and for a broken chain, 2 when they could not tell.
 */
#include "app/fleet/pin.h"
#include "app/visit/command.h"
#include "app/visit/visit_log.h"
#include "board/base/file.h"
#include "board/base/log.h"
#include "board/base/wipe.h"

#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LOG_BYTES_MAX = 64 * 1024 * 1024 };

static int usage(FILE *out, int status)
{
    fputs("usage: yizhan-visit check DIR [--config FILE] [--ca FILE] [--release FILE] [--json]\n"
          "       yizhan-visit run STICK [--config FILE] [--release FILE] [--run DIR] [--rauc PROGRAM] "
          "[--system PROGRAM]\n"
          "       yizhan-visit refuse [--config FILE]\n"
          "       yizhan-visit log [FILE] [--config FILE] [--json]\n"
          "       yizhan-visit pin NAME --key FILE <PIN\n",
          out);
    return status;
}

static bool read_options(int argc, char **argv, struct options *options)
{
    static const struct option known[] = {{"config", required_argument, NULL, 'c'},
                                          {"release", required_argument, NULL, 'r'},
                                          {"run", required_argument, NULL, 'd'},
                                          {"rauc", required_argument, NULL, 'u'},
                                          {"system", required_argument, NULL, 's'},
                                          {"ca", required_argument, NULL, 'a'},
                                          {"key", required_argument, NULL, 'k'},
                                          {"json", no_argument, NULL, 'j'},
                                          {NULL, 0, NULL, 0}};
    *options = (struct options){.config = CONFIG_DEFAULT_PATH,
                                .release = "/etc/os-release",
                                .run_dir = "/run/yizhan",
                                .rauc = "rauc",
                                .system = "systemctl"};
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        options->config = option == 'c' ? optarg : options->config;
        options->release = option == 'r' ? optarg : options->release;
        options->run_dir = option == 'd' ? optarg : options->run_dir;
        options->rauc = option == 'u' ? optarg : options->rauc;
        options->system = option == 's' ? optarg : options->system;
        options->ca = option == 'a' ? optarg : options->ca;
        options->pin_key = option == 'k' ? optarg : options->pin_key;
        options->json |= option == 'j';
        if (option == '?')
            return false;
    }
    options->word = optind + 1 < argc ? argv[optind + 1] : NULL;
    return optind < argc && optind + 2 >= argc;
}

/* ---- log ---- */

static struct err find_log(const struct options *options, char *out_path, size_t size)
{
    struct config config;
    if (options->word) {
        snprintf(out_path, size, "%s", options->word);
        return access(out_path, R_OK) == 0 ? err_ok() : err_errno("visit", errno, "open %.300s", out_path);
    }
    TRY(config_load(options->config, &config));
    snprintf(out_path, size, "%s/log", config.visit.dir);
    return err_ok();
}

static struct err print_lines(const char *path)
{
    struct buf text = {0};
    struct err e = file_read(path, LOG_BYTES_MAX, &text);
    if (!err_is(&e))
        fputs(buf_text(&text), stdout);
    buf_finish(&text);
    return e;
}

static void print_verdict(const struct options *options, const struct visit_log_check *check)
{
    if (options->json) {
        json_t *object = json_pack("{s:b, s:i, s:i, s:s}", "ok", check->broken_line == 0, "lines",
                                   check->lines, "broken_line", check->broken_line, "head", check->head);
        json_dumpf(object, stdout, JSON_COMPACT);
        puts("");
        json_decref(object);
    } else if (check->broken_line) {
        printf("the chain is broken at line %d\n", check->broken_line);
    } else {
        printf("%d lines, the chain is whole, head %s\n", check->lines, check->head);
    }
}

static int show_log(const struct options *options)
{
    char path[512];
    struct visit_log_check check;
    struct err e = find_log(options, path, sizeof path);
    if (!err_is(&e))
        e = visit_log_verify(path, &check);
    if (!err_is(&e) && check.lines > 0 && !options->json)
        e = print_lines(path);
    if (err_is(&e)) {
        log_err("visit", &e);
        return EXIT_FAILED;
    }
    print_verdict(options, &check);
    return check.broken_line ? EXIT_REFUSED : EXIT_GOOD;
}

/* ---- pin ---- */

static int make_pin(const struct options *options)
{
    char pin[64] = "", verifier[PIN_HEX];
    struct pin_key key;
    if (!options->pin_key)
        return usage(stderr, EXIT_FAILED);
    if (!fgets(pin, sizeof pin, stdin))
        pin[0] = '\0';
    pin[strcspn(pin, "\n")] = '\0';
    struct err e = pin_key_read(options->pin_key, &key);
    if (!err_is(&e))
        e = pin_make(&key, options->word, pin, verifier);
    wipe(&key, sizeof key);
    wipe(pin, sizeof pin);
    if (err_is(&e)) {
        log_err("visit", &e);
        return EXIT_FAILED;
    }
    puts(verifier);
    return EXIT_GOOD;
}

static const struct {
    const char *name;
    bool needs_word;
    int (*run)(const struct options *options);
} commands[] = {
    {"check", true, command_check}, {"run", true, command_run}, {"refuse", false, command_refuse},
    {"log", false, show_log},       {"pin", true, make_pin},
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

int main(int argc, char **argv)
{
    struct options options;
    forbid_core_dumps();
    forbid_onlookers();
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return usage(stdout, EXIT_GOOD);
    if (!read_options(argc, argv, &options))
        return usage(stderr, EXIT_FAILED);
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, argv[optind]) == 0 && (options.word || !commands[i].needs_word))
            return commands[i].run(&options);
    return usage(stderr, EXIT_FAILED);
}
