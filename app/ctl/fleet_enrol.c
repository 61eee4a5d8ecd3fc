/*
 * yizhanctl fleet enrol LIST.csv --template FILE.ini [--pin-key FILE] --out DIR: one folder a kiosk, ready to
 * become its /etc/yizhan.
 *
 * The list is a spreadsheet with one line a kiosk. Columns are named like the keys of kiosk.ini,
 * "kiosk.number", "kiosk.place", "visit.town", and stand over the template's values; a column
 * "credential.NAME" becomes the file credstore/NAME, readable by its owner only; so is the fleet's PIN key
 * (app/fleet/pin.h), which every kiosk gets. Every kiosk is checked as
 * yizhan-kiosk itself would check it, and number 200's mistake is found before number 1 is written into DIR.
 */
#include "app/ctl/command.h"
#include "app/ctl/options.h"
#include "app/ctl/stores.h"
#include "app/fleet/pin.h"
#include "app/form/csv.h"
#include "board/base/arena.h"
#include "board/base/file.h"
#include "board/base/ini.h"
#include "board/base/wipe.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LIST_BYTES_MAX = 16 * 1024 * 1024, NUMBERS = 10000, PIN_KEY_BYTES_MAX = 100 };

static const char CREDENTIAL[] = "credential.";

struct entry {
    const char *section, *key, *value;
    struct entry *next;
};

struct enrolment {
    const char *list, *template, *pin_key, *out;
    bool json;
    struct csv *csv;
    struct arena *arena;
    struct entry *entries, **last; /* of the template, in order */
    size_t used_by[NUMBERS];       /* line of the list that has the number, 0 for none */
    int number;                    /* of the kiosk at hand */
    char staging[400];             /* everything is made here and moved to DIR at the end */
};

/* ---- template and list ---- */

static struct err remember(void *context, const struct ini_entry *entry)
{
    struct enrolment *enrolment = context;
    if (!entry->key)
        return err_ok();
    struct entry *copy = arena_alloc(enrolment->arena, sizeof *copy);
    if (!copy)
        return err_no_memory("ctl");
    *copy = (struct entry){arena_strdup(enrolment->arena, entry->section),
                           arena_strdup(enrolment->arena, entry->key),
                           arena_strdup(enrolment->arena, entry->value), NULL};
    if (!copy->section || !copy->key || !copy->value)
        return err_no_memory("ctl");
    *enrolment->last = copy;
    enrolment->last = &copy->next;
    return err_ok();
}

static struct err read_list(struct enrolment *enrolment)
{
    struct buf bytes = {0};
    struct err e = file_read(enrolment->list, LIST_BYTES_MAX, &bytes);
    if (!err_is(&e) && strncmp(buf_text(&bytes), "PK\003\004", 4) == 0)
        e = err_make(ERR_DATA, "ctl", 0, "a workbook: save it as CSV");
    if (!err_is(&e))
        e = csv_parse(buf_text(&bytes), bytes.length, &enrolment->csv);
    buf_finish(&bytes);
    return err_is(&e) ? err_context(e, "%.150s", enrolment->list) : e;
}

/* What a spreadsheet's header gets wrong, before any line of it is looked at. */
static struct err check_columns(const struct enrolment *enrolment)
{
    const struct csv *csv = enrolment->csv;
    if (csv_column(csv, "kiosk.number") < 0)
        return err_make(ERR_DATA, "ctl", 0, "%.150s has no column kiosk.number", enrolment->list);
    if (csv_rows(csv) == 0)
        return err_make(ERR_DATA, "ctl", 0, "%.150s has a header and no kiosk", enrolment->list);
    for (size_t c = 0; c < csv_columns(csv); c++) {
        const char *name = csv_name(csv, c);
        if (!strchr(name, '.'))
            return err_make(ERR_DATA, "ctl", 0,
                            "%.150s: what is column %zu, \"%.40s\"? It is named like kiosk.place or "
                            "credential.platform.password",
                            enrolment->list, c + 1, name);
        if (csv_column(csv, name) != (int)c)
            return err_make(ERR_DATA, "ctl", 0, "%.150s has two columns %.40s", enrolment->list, name);
    }
    return err_ok();
}

/* ---- one kiosk ---- */

static bool names(const char *column, const char *section, const char *key)
{
    size_t length = strlen(section);
    return strncmp(column, section, length) == 0 && column[length] == '.' &&
           strcmp(column + length + 1, key) == 0;
}

static const char *cell_for(const struct csv *csv, size_t row, const char *section, const char *key)
{
    for (size_t c = 0; c < csv_columns(csv); c++)
        if (names(csv_name(csv, c), section, key) && *csv_cell(csv, row, c))
            return csv_cell(csv, row, c);
    return NULL;
}

static bool is_in_template(const struct enrolment *enrolment, const char *column)
{
    for (const struct entry *entry = enrolment->entries; entry; entry = entry->next)
        if (names(column, entry->section, entry->key))
            return true;
    return false;
}

/* What the list adds to a section that the template does not have: sections may be opened again. */
static void append_new_keys(const struct enrolment *enrolment, size_t row, struct buf *text)
{
    for (size_t c = 0; c < csv_columns(enrolment->csv); c++) {
        const char *column = csv_name(enrolment->csv, c), *dot = strchr(column, '.');
        const char *value = csv_cell(enrolment->csv, row, c);
        if (*value && dot && strncmp(column, CREDENTIAL, strlen(CREDENTIAL)) != 0 &&
            !is_in_template(enrolment, column))
            buf_printf(text, "[%.*s]\n%s = %s\n", (int)(dot - column), column, dot + 1, value);
    }
}

/* A cell that would silently be something else in a kiosk.ini: the template's number for a kiosk without one,
 * or a second line. */
static struct err check_cells(const struct csv *csv, size_t row)
{
    if (!*csv_cell(csv, row, (size_t)csv_column(csv, "kiosk.number")))
        return err_make(ERR_DATA, "ctl", 0, "kiosk.number is empty");
    for (size_t c = 0; c < csv_columns(csv); c++) {
        if (!csv_has_cell(csv, row, c)) /* which one is missing, only the author knows */
            return err_make(ERR_DATA, "ctl", 0, "%zu cells where the header has %zu", c, csv_columns(csv));
        if (strpbrk(csv_cell(csv, row, c), "\r\n"))
            return err_make(ERR_DATA, "ctl", 0, "%.40s has a line break in it", csv_name(csv, c));
    }
    return err_ok();
}

/* A URL with a token in it is one kiosk's credential: copied down a column, one box would be two. */
static struct err check_tokens(const struct csv *csv, size_t row)
{
    for (size_t c = 0; c < csv_columns(csv); c++) {
        const char *cell = csv_cell(csv, row, c);
        for (size_t before = 0; strstr(cell, "/key/") && before < row; before++)
            if (strcmp(cell, csv_cell(csv, before, c)) == 0)
                return err_make(ERR_DATA, "ctl", 0, "%.40s is that of line %zu already", csv_name(csv, c),
                                before + 2);
    }
    return err_ok();
}

static struct err write_config(const struct enrolment *enrolment, size_t row, const char *dir)
{
    char path[512];
    struct buf text = {0};
    const char *section = "";
    for (const struct entry *entry = enrolment->entries; entry; entry = entry->next) {
        const char *cell = cell_for(enrolment->csv, row, entry->section, entry->key);
        if (strcmp(section, entry->section) != 0)
            buf_printf(&text, "[%s]\n", section = entry->section);
        buf_printf(&text, "%s = %s\n", entry->key, cell ? cell : entry->value);
    }
    append_new_keys(enrolment, row, &text);
    snprintf(path, sizeof path, "%s/kiosk.ini", dir);
    struct err e = buf_check(&text, "ctl");
    if (!err_is(&e))
        e = file_write(path, text.data, text.length, 0644);
    buf_finish(&text);
    return e;
}

static struct err write_credentials(const struct enrolment *enrolment, size_t row, const char *dir)
{
    char path[600];
    snprintf(path, sizeof path, "%s/credstore", dir);
    if (mkdir(path, 0700) != 0)
        return err_errno("ctl", errno, "make %.150s", path);
    for (size_t c = 0; c < csv_columns(enrolment->csv); c++) {
        const char *name = csv_name(enrolment->csv, c), *value = csv_cell(enrolment->csv, row, c);
        if (strncmp(name, CREDENTIAL, strlen(CREDENTIAL)) != 0 || !*value)
            continue;
        name += strlen(CREDENTIAL);
        if (!*name || *name == '.' || strchr(name, '/'))
            return err_make(ERR_DATA, "ctl", 0, "a credential cannot be called \"%.40s\"", name);
        snprintf(path, sizeof path, "%s/credstore/%.100s", dir, name);
        TRY(file_write(path, value, strlen(value), 0600));
    }
    return err_ok();
}

/* Without a key no form is trusted, and without PIN key nobody's PIN is right: found here, not in the last
 * village. */
static struct err check_keys(const struct enrolment *enrolment, const struct config *config)
{
    if (*config->platform.url && config->seal.key_count == 0)
        return err_make(ERR_DATA, "ctl", 0, "[seal] key_sha256 is missing: the kiosk would offer no service");
    if (!enrolment->pin_key && config->visit.pin_count > 0)
        return err_make(ERR_DATA, "ctl", 0, "[visit] pin is nothing without --pin-key FILE");
    return err_ok();
}

static struct err write_pin_key(const struct enrolment *enrolment, const char *dir)
{
    char path[512];
    struct buf text = {0};
    if (!enrolment->pin_key)
        return err_ok();
    snprintf(path, sizeof path, "%s/pin.key", dir);
    buf_init_private(&text);
    struct err e = file_read(enrolment->pin_key, PIN_KEY_BYTES_MAX, &text);
    if (!err_is(&e))
        e = file_write(path, buf_text(&text), text.length, 0600);
    buf_finish(&text);
    return e;
}

/* The line of a file that nobody has ever seen would help nobody. */
static struct err without_place(struct err e, const char *path)
{
    const char *text = e.text + strlen(path);
    if (strncmp(e.text, path, strlen(path)) != 0)
        return e;
    text += strspn(text, ":0123456789 ");
    return err_make(e.class, "ctl", e.code, "%s", text);
}

/* The strict reader of every program decides whether the box would start. */
static struct err check_kiosk(struct enrolment *enrolment, size_t line, const char *dir)
{
    char path[512];
    struct config config;
    snprintf(path, sizeof path, "%s/kiosk.ini", dir);
    struct err e = config_load(path, &config);
    if (err_is(&e))
        return err_context(without_place(e, path), "with %.150s", enrolment->template);
    TRY(check_keys(enrolment, &config));
    int number = config.kiosk.number;
    if (enrolment->used_by[number])
        return err_make(ERR_DATA, "ctl", 0, "number %04d is that of line %zu already", number,
                        enrolment->used_by[number]);
    enrolment->used_by[number] = line;
    enrolment->number = number;
    return err_ok();
}

static struct err enrol_row(struct enrolment *enrolment, size_t row)
{
    char dir[450], named[450];
    TRY(check_cells(enrolment->csv, row));
    TRY(check_tokens(enrolment->csv, row));
    snprintf(dir, sizeof dir, "%s/new", enrolment->staging);
    if (mkdir(dir, 0700) != 0)
        return err_errno("ctl", errno, "make %.150s", dir);
    TRY(write_config(enrolment, row, dir));
    TRY(check_kiosk(enrolment, row + 2, dir));
    TRY(write_credentials(enrolment, row, dir));
    TRY(write_pin_key(enrolment, dir));
    snprintf(named, sizeof named, "%s/%04d", enrolment->staging, enrolment->number);
    return rename(dir, named) == 0 ? err_ok() : err_errno("ctl", errno, "name %.150s", named);
}

/* ---- all of them ---- */

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info, (void)kind, (void)where;
    return remove(path);
}

static struct err enrol_all(struct enrolment *enrolment)
{
    for (size_t row = 0; row < csv_rows(enrolment->csv); row++) {
        struct err e = enrol_row(enrolment, row);
        if (err_is(&e))
            return err_context(e, "%.100s line %zu", enrolment->list, row + 2);
    }
    return rename(enrolment->staging, enrolment->out) == 0
               ? err_ok()
               : err_errno("ctl", errno, "name %.150s", enrolment->out);
}

/* Read once for all, so that a fault of the file is not one of somebody's line. */
static struct err check_pin_key(const struct enrolment *enrolment)
{
    struct pin_key key;
    if (!enrolment->pin_key)
        return err_ok();
    TRY(pin_key_read(enrolment->pin_key, &key));
    wipe(&key, sizeof key);
    return err_ok();
}

static struct err enrol(struct enrolment *enrolment)
{
    TRY(check_pin_key(enrolment));
    TRY(ini_read(enrolment->template, remember, enrolment));
    TRY(read_list(enrolment));
    TRY(check_columns(enrolment));
    if (access(enrolment->out, F_OK) == 0)
        return err_make(ERR_REFUSED, "ctl", 0, "%.150s is there already", enrolment->out);
    snprintf(enrolment->staging, sizeof enrolment->staging, "%.350s.XXXXXX", enrolment->out);
    if (!mkdtemp(enrolment->staging))
        return err_errno("ctl", errno, "make a folder beside %.150s", enrolment->out);
    struct err e = enrol_all(enrolment);
    if (err_is(&e))
        nftw(enrolment->staging, remove_one, 8, FTW_DEPTH | FTW_PHYS); /* it holds tokens */
    return e;
}

static bool read_options(struct enrolment *enrolment, int argc, char **argv)
{
    const struct option_place places[] = {{"template", .value = &enrolment->template},
                                          {"pin-key", .value = &enrolment->pin_key},
                                          {"out", .value = &enrolment->out},
                                          {"json", .given = &enrolment->json},
                                          {.name = NULL}};
    return options_read(argc, argv, places, &enrolment->list, 1) && enrolment->list && enrolment->template &&
           enrolment->out;
}

int command_fleet_enrol(int argc, char **argv)
{
    struct enrolment *enrolment = calloc(1, sizeof *enrolment);
    if (!enrolment)
        return STORES_EXIT_FAILED;
    int status = COMMAND_USAGE;
    if (read_options(enrolment, argc, argv)) {
        struct stores none = {.json = enrolment->json};
        enrolment->last = &enrolment->entries;
        enrolment->arena = arena_create(ARENA_PRIVATE, 0); /* a template may hold a token */
        struct err e = enrolment->arena ? enrol(enrolment) : err_no_memory("ctl");
        size_t count = enrolment->csv ? csv_rows(enrolment->csv) : 0;
        if (err_is(&e))
            status = stores_fail(&none, &e);
        else if (enrolment->json)
            status = stores_print(&none, json_pack("{s:b, s:I, s:s}", "ok", 1, "kiosks", (json_int_t)count,
                                                   "dir", enrolment->out));
        else
            status = printf("%zu kiosks in %s\n", count, enrolment->out) < 0;
    }
    csv_destroy(&enrolment->csv);
    arena_destroy(&enrolment->arena);
    free(enrolment);
    return status;
}
