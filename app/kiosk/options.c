#include "app/kiosk/kiosk.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static void usage(FILE *to, const char *program, const char *extra)
{
    fprintf(to,
            "usage: %s [--config FILE] [--presenter window|kms|memory] [--size WxH] [--turn DEGREES] [--card "
            "DEVICE]\n"
            "       [--assets DIR] [--models FILE] [--voice auto|sound|silent|log] [--voice-log FILE]",
            program);
    if (extra)
        fprintf(to, " [--%s VALUE]", extra);
    fprintf(to, "\n");
}

static bool take_option(int option, const char *value, struct kiosk_options *options)
{
    char rest;
    switch (option) {
    case 'c':
        options->config = value;
        return true;
    case 'a':
        options->assets = value;
        return true;
    case 'm':
        options->models = value;
        return true;
    case 'p':
        options->presenter = value;
        return strcmp(value, "window") == 0 || strcmp(value, "kms") == 0 || strcmp(value, "memory") == 0;
    case 'd':
        options->card = value;
        return true;
    case 's':
        return sscanf(value, "%dx%d%c", &options->width_px, &options->height_px, &rest) == 2 &&
               options->width_px >= 320 && options->height_px >= 320 && options->width_px <= 8192 &&
               options->height_px <= 8192;
    case 't':
        return sscanf(value, "%d%c", &options->turn_degrees, &rest) == 1 && options->turn_degrees % 90 == 0 &&
               options->turn_degrees >= 0 && options->turn_degrees < 360;
    case 'v':
        options->voice = value;
        return true;
    case 'l':
        options->voice_log = value;
        return true;
    default:
        return false;
    }
}

bool kiosk_options_read(int argc, char **argv, const char *extra, const char **extra_value,
                        struct kiosk_options *out_options, int *out_status)
{
    const struct option known[] = {
        {"config", required_argument, NULL, 'c'},    {"assets", required_argument, NULL, 'a'},
        {"models", required_argument, NULL, 'm'},    {"presenter", required_argument, NULL, 'p'},
        {"card", required_argument, NULL, 'd'},      {"size", required_argument, NULL, 's'},
        {"turn", required_argument, NULL, 't'},      {"voice", required_argument, NULL, 'v'},
        {"voice-log", required_argument, NULL, 'l'}, {"help", no_argument, NULL, 'h'},
        {extra, required_argument, NULL, 'x'},       {NULL, 0, NULL, 0},
    };
    struct kiosk_options options = {
        .config = CONFIG_DEFAULT_PATH,
        .assets = "/usr/share/yizhan",
        .models = "/usr/share/yizhan/models.ini",
        .presenter = "kms",
        .card = "/dev/dri/card0",
        .width_px = 1080,
        .height_px = 1920,
        .voice = "auto",
        .clock = clock_system(),
    };
    *out_status = 2;
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (option == 'x' && extra) {
            *extra_value = optarg;
        } else if (option == 'h') {
            usage(stdout, argv[0], extra);
            *out_status = 0;
            return false;
        } else if (!take_option(option, optarg, &options)) {
            if (option != '?')
                fprintf(stderr, "%s: %s is not a value for that option\n", argv[0], optarg);
            usage(stderr, argv[0], extra);
            return false;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "%s: what is %s?\n", argv[0], argv[optind]);
        usage(stderr, argv[0], extra);
        return false;
    }
    *out_options = options;
    *out_status = 0;
    return true;
}
