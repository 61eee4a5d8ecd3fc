#include "app/ctl/options.h"

#include <assert.h>
#include <getopt.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* An option that is none; letter: what getopt says of it. */
static bool say_wrong(int letter, const char *word)
{
    fprintf(stderr,
            letter == ':' ? "yizhanctl: %s lacks its value\n" : "yizhanctl: there is no option %s here\n",
            word);
    return false;
}

static bool take(const struct option_place *place, const char *value)
{
    size_t at = 0;
    if (place->given)
        *place->given = true;
    if (place->value)
        *place->value = value;
    while (at < place->most && place->values[at])
        at++;
    if (at < place->most)
        place->values[at] = value;
    return !place->values || at < place->most;
}

bool options_read(int argc, char **argv, const struct option_place *places, const char **words,
                  size_t most_words)
{
    struct option known[OPTIONS_MAX + 1] = {{.name = NULL}};
    for (int i = 0; places[i].name; i++) {
        assert(i < OPTIONS_MAX);
        int argument = places[i].given ? no_argument : required_argument;
        known[i] = (struct option){places[i].name, argument, NULL, i};
    }
    optind =
        0; /* glibc: begin again. It passes over a program's name: here the word before the first option */
    for (int at; (at = getopt_long(argc + 1, argv - 1, ":", known, NULL)) != -1;) {
        if (at == '?' || at == ':')
            return say_wrong(at, argv[optind - 2]);
        if (!take(&places[at], optarg)) {
            fprintf(stderr, "yizhanctl: --%s stands there too often\n", places[at].name);
            return false;
        }
    }
    size_t count = (size_t)(argc + 1 - optind);
    for (size_t i = 0; i < count && i < most_words; i++)
        words[i] = argv[optind - 1 + (int)i];
    if (count > most_words)
        fprintf(stderr, "yizhanctl: what is %s for?\n", argv[optind - 1 + (int)most_words]);
    return count <= most_words;
}

bool options_number(const char *text, int least, int most, int *out_number)
{
    char *end = NULL;
    long number = text ? strtol(text, &end, 10) : 0;
    bool is_good = !text || (end != text && *end == '\0' && number >= least && number <= most);
    if (!is_good)
        fprintf(stderr, "yizhanctl: %s is no whole number from %d to %d\n", text, least, most);
    else if (text)
        *out_number = (int)number;
    return is_good;
}

const char *options_assets(void)
{
    static char beside[PATH_MAX + 16];
    char program[PATH_MAX] = ""; /* build/bin/yizhanctl */
    if (readlink("/proc/self/exe", program, sizeof program - 1) > 0)
        snprintf(beside, sizeof beside, "%s/assets", dirname(dirname(program)));
    return access(beside, R_OK) == 0 ? beside : "/usr/share/yizhan";
}

const char *options_models(void)
{
    static char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/models.ini", options_assets());
    return path;
}
