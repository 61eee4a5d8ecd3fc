/* yizhanctl form check FORM.xml: what an author should know before publishing. Exit 0 fine, 1 warnings, 2
 * errors. */
#include "app/ctl/command.h"
#include "app/ctl/form_files.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FINE = 0, WARNINGS = 1, ERRORS = 2, USAGE = 64 };

struct options {
    const char *form;
    const char *media_dir;
    bool json;
};

static bool read_options(int argc, char **argv, struct options *out_options)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            out_options->json = true;
        else if (strcmp(argv[i], "--media") == 0 && i + 1 < argc)
            out_options->media_dir = argv[++i];
        else if (argv[i][0] != '-' && out_options->form == NULL)
            out_options->form = argv[i];
        else
            return false;
    }
    return out_options->form != NULL;
}

/* Without --media the form's media are looked for beside it. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path));
}

static void print_finding(const char *file, const char *word, int line, int column, const char *text,
                          const char *hint)
{
    printf("%s:%d:%d: %s: %s", file, line, column, word, text);
    if (*hint != '\0')
        printf(" (%s)", hint);
    putchar('\n');
}

static void print_json(const struct options *options, const char *word, int line, int column,
                       const char *text, const char *hint)
{
    json_t *finding = json_pack("{s:s, s:s, s:i, s:i, s:s, s:s}", "file", options->form, "kind", word, "line",
                                line, "column", column, "text", text, "hint", hint);
    if (finding != NULL)
        json_dumpf(finding, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(finding);
}

static void report(const struct options *options, const char *word, int line, int column, const char *text,
                   const char *hint)
{
    if (options->json)
        print_json(options, word, line, column, text, hint);
    else
        print_finding(options->form, word, line, column, text, hint);
}

static int report_findings(const struct options *options, const struct xform *form)
{
    const struct xform_finding *findings;
    size_t count = xform_findings(form, &findings);
    for (size_t i = 0; i < count; i++)
        report(options, findings[i].severity == XFORM_UNSUPPORTED ? "unsupported" : "warning",
               findings[i].line, findings[i].column, findings[i].text, findings[i].hint);
    if (!xform_can_show(form))
        return ERRORS;
    return count > 0 ? WARNINGS : FINE;
}

int command_form_check(int argc, char **argv)
{
    struct options options = {.form = NULL};
    if (!read_options(argc, argv, &options)) {
        fputs("usage: yizhanctl form check FORM.xml [--media DIR] [--json]\n", stderr);
        return USAGE;
    }
    char *beside = folder_of(options.form);
    struct form_media media = {.dir = options.media_dir != NULL ? options.media_dir : beside};
    struct xform *form = NULL;
    struct err e = form_files_load(options.form, &media, &form);
    int status = ERRORS;
    if (err_is(&e))
        report(&options, "error", e.code, 0, e.text, "");
    else
        status = report_findings(&options, form);
    xform_destroy(&form);
    free(beside);
    return status;
}
