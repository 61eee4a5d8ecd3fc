/* yizhanctl form check FORM.xml: what an author should know before publishing. Exit 0 fine, 1 warnings, 2
 * errors. */
#include "app/ctl/clerk_check.h"
#include "app/ctl/clerk_words.h"
#include "app/ctl/command.h"
#include "app/ctl/form_files.h"
#include "app/ctl/guide_check.h"
#include "app/ctl/options.h"
#include "app/journey/fillers.h"
#include "board/base/file.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FINE = 0, WARNINGS = 1, ERRORS = 2, GUIDE_BYTES_MAX = 1 << 20, MEDIUM_BYTES_MAX = 64 << 20 };

struct options {
    const char *form;
    const char *media_dir;
    bool json;
};

static bool read_options(int argc, char **argv, struct options *out_options)
{
    const struct option_place places[] = {
        {"media", .value = &out_options->media_dir}, {"json", .given = &out_options->json}, {.name = NULL}};
    return options_read(argc, argv, places, &out_options->form, 1) && out_options->form;
}

/* Without --media the form's media are looked for beside it. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? strndup(path, (size_t)(slash - path)) : strdup(".");
}

static void print_finding(const char *file, const char *word, int line, int column, const char *text,
                          const char *hint)
{
    struct buf whole = {0};
    bool has_hint = *hint != '\0';
    buf_printf(&whole, "%s%s%s%s", text, has_hint ? " (" : "", hint, has_hint ? ")" : "");
    printf("%s:%d:%d: %s: ", file, line, column, word);
    clerk_say(stdout, buf_text(&whole));
    buf_finish(&whole);
}

static void print_json(const char *file, const char *word, int line, int column, const char *text,
                       const char *hint)
{
    json_t *finding = json_pack("{s:s, s:s, s:i, s:i, s:s, s:s}", "file", file, "kind", word, "line", line,
                                "column", column, "text", text, "hint", hint);
    if (finding)
        json_dumpf(finding, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(finding);
}

static void report(const struct options *options, const char *file, const char *word, int line, int column,
                   const char *text, const char *hint)
{
    if (options->json)
        print_json(file, word, line, column, text, hint);
    else
        print_finding(file, word, line, column, text, hint);
}

static const char *const severity_words[] = {
    [XFORM_WARNING] = "warning", [XFORM_UNSUPPORTED] = "unsupported", [XFORM_ERROR] = "error"};

static int report_findings(const struct options *options, const struct xform *form)
{
    const struct xform_finding *findings;
    size_t count = xform_findings(form, &findings);
    for (size_t i = 0; i < count; i++)
        report(options, options->form, severity_words[findings[i].severity], findings[i].line,
               findings[i].column, findings[i].text, findings[i].hint);
    if (!xform_can_show(form))
        return ERRORS;
    return count > 0 ? WARNINGS : FINE;
}

struct guide_file {
    const struct options *options;
    const char *path;
};

static void say_of_guide(void *context, int line, const char *text, const char *hint)
{
    const struct guide_file *file = context;
    report(file->options, file->path, "warning", line, 0, text, hint);
}

/* Lists that are not there have been told as errors. */
static bool is_list(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && (strcmp(dot, ".csv") == 0 || strcmp(dot, ".xml") == 0 || strcmp(dot, ".geojson") == 0);
}

/* Whether it is there; what it is not is said of it. */
static bool is_readable_medium(const struct options *options, const char *path, const char *name, int *status)
{
    struct buf bytes = {0};
    struct err e = file_read(path, MEDIUM_BYTES_MAX, &bytes);
    if (!err_is(&e) && form_files_fake_picture(name, &bytes)) {
        report(options, path, "warning", 0, 0, "it is no picture",
               "export it as PNG or JPEG and attach it again");
        *status = WARNINGS;
    }
    buf_finish(&bytes);
    return !err_is(&e);
}

static int report_media(const struct options *options, const char *media_dir, const struct xform *form)
{
    const char *const *names;
    size_t count = xform_media_names(form, &names);
    int status = FINE;
    for (size_t i = 0; i < count; i++) {
        char path[4096], text[400];
        snprintf(path, sizeof path, "%s/%s", media_dir, names[i]);
        if (is_list(names[i]) || is_readable_medium(options, path, names[i], &status))
            continue;
        snprintf(text, sizeof text, "a text shows %s, which is not beside the form", names[i]);
        report(options, options->form, "warning", 0, 0, text,
               "put it there, or name its folder with --media");
        status = WARNINGS;
    }
    return status;
}

static bool names_guide(const struct xform *form)
{
    const char *const *names;
    size_t count = xform_media_names(form, &names);
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], "guide.csv") == 0)
            return true;
    return false;
}

static int report_guide(const struct options *options, const char *media_dir, const struct xform *form)
{
    char path[4096];
    struct guide_file file = {options, path};
    struct buf bytes;
    snprintf(path, sizeof path, "%s/guide.csv", media_dir);
    buf_init(&bytes);
    struct err e = file_read(path, GUIDE_BYTES_MAX, &bytes);
    struct advice advice = {say_of_guide, &file, 0};
    if (err_is(&e))
        advise(&advice, 0, "", "", "%s", e.text);
    else
        guide_check((const char *)bytes.data, bytes.length, form, &advice);
    buf_finish(&bytes);
    return advice.count > 0 ? WARNINGS : FINE;
}

static void say_of_form(void *context, int line, const char *text, const char *hint)
{
    const struct options *options = context;
    report(options, options->form, "warning", line, 0, text, hint);
}

/* A guide that does not read has been told of already. */
static int report_people(struct options *options, const char *media_dir, const struct xform *form)
{
    char path[4096];
    struct guide *guide = NULL;
    struct buf bytes = {0};
    struct advice advice = {say_of_form, options, 0};
    snprintf(path, sizeof path, "%s/guide.csv", media_dir);
    if (names_guide(form)) {
        struct err unread = file_read(path, GUIDE_BYTES_MAX, &bytes);
        if (!err_is(&unread))
            unread = guide_parse(buf_text(&bytes), bytes.length, &guide);
        (void)unread;
    }
    struct err e = clerk_check(form, guide, &advice);
    if (err_is(&e))
        report(options, options->form, "error", 0, 0, e.text, "");
    guide_destroy(&guide);
    buf_finish(&bytes);
    return err_is(&e) ? ERRORS : advice.count > 0 ? WARNINGS : FINE;
}

/* Faults are findings: fails when the file cannot be read. */
static struct err study(const char *path, struct form_media *media, struct xform **out_form)
{
    const struct xform_media reader = form_files_reader(media);
    struct buf bytes = {0};
    struct err e = file_read(path, FORM_FILE_BYTES_MAX, &bytes);
    if (!err_is(&e))
        e = xform_study(buf_text(&bytes), bytes.length, &reader, journey_fillers, out_form);
    buf_finish(&bytes);
    return e;
}

static int worse(int one, int other)
{
    return one > other ? one : other;
}

/* A spreadsheet is what clerks have in hand; what the XML reader says of one helps nobody. */
static bool is_table(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot &&
           (strcasecmp(dot, ".csv") == 0 || strcasecmp(dot, ".xlsx") == 0 || strcasecmp(dot, ".xls") == 0);
}

int command_form_check(int argc, char **argv)
{
    struct options options = {.form = NULL};
    if (!read_options(argc, argv, &options))
        return COMMAND_USAGE;
    if (is_table(options.form)) {
        report(&options, options.form, "error", 0, 0, "this is a table, no form",
               "check the form.xml that is made of it; guide.csv and the lists beside it are read with it");
        return ERRORS;
    }
    char *beside = folder_of(options.form);
    struct form_media media = {.dir = options.media_dir ? options.media_dir : beside};
    struct xform *form = NULL;
    struct err e = study(options.form, &media, &form);
    int status = ERRORS;
    if (err_is(&e))
        report(&options, options.form, "error", 0, 0, e.text, "");
    else
        status = report_findings(&options, form);
    if (form)
        status = worse(status, report_media(&options, media.dir, form));
    if (status < ERRORS && names_guide(form))
        status = worse(status, report_guide(&options, media.dir, form));
    if (status < ERRORS)
        status = worse(status, report_people(&options, media.dir, form));
    xform_destroy(&form);
    free(beside);
    return status;
}
