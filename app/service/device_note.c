#include "app/service/device_note.h"

#include "board/base/file.h"
#include "drivers/printer/printer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { FILE_BYTES_MAX = 4096, PATH_SIZE = 512 };

/* ---- what a service needs ---- */

static const struct device_need needs[] = {
    {"idcard", DEVICE_IDCARD, DEVICE_IDCARD, "home.no_reader", "card reader"},
    {"camera", DEVICE_CAMERA, DEVICE_CAMERA, "home.no_camera", "camera"},
    {"scanner", DEVICE_SCANNER, DEVICE_CAMERA, "home.no_scanner", "scanner or camera"},
};

const struct device_need *device_need_missing(const char *name, uint32_t ready)
{
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (strcmp(name, needs[i].name) == 0)
            return ready & (1u << needs[i].class | 1u << needs[i].instead) ? NULL : &needs[i];
    return NULL;
}

static bool may_type_number(const struct guide *guide)
{
    return strncmp(guide_text(guide, "no_card", ""), "typed", 5) == 0;
}

const struct device_need *device_need_stops(const struct guide *guide, uint32_t ready)
{
    const char *name;
    for (size_t i = 0; (name = guide_item(guide, "devices", "", i)) != NULL; i++) {
        const struct device_need *need = device_need_missing(name, ready);
        if (need && (need->class != DEVICE_IDCARD || !may_type_number(guide)))
            return need;
    }
    return NULL;
}

/* A guide that cannot be read is another fault, with a sentence of its own. */
struct err device_note_lack(const struct device_note *note, struct formstore *forms, int64_t row,
                            char out_sentence[DEVICE_LACK_SIZE])
{
    struct buf csv = {0};
    struct guide *guide = NULL;
    bool found = false;

    struct err e = formstore_medium(forms, row, "guide.csv", &csv, &found);
    struct err unread = found ? guide_parse(buf_text(&csv), csv.length, &guide) : err_ok();
    const struct device_need *need =
        note->is_told && !err_is(&unread) ? device_need_stops(guide, note->ready) : NULL;
    *out_sentence = '\0';
    if (need)
        snprintf(out_sentence, DEVICE_LACK_SIZE, "needs a %s, and none is in service here",
                 need->lack_for_clerk);
    guide_destroy(&guide);
    buf_finish(&csv);
    return e;
}

/* ---- the note ---- */

static const char *printer_words(uint32_t conditions)
{
    if (conditions & PRINTER_PAPER_OUT)
        return " paper-out";
    if (conditions & PRINTER_CANNOT_PRINT)
        return " stopped";
    return conditions & PRINTER_PAPER_NEAR ? " paper-near" : "";
}

void device_note_status(struct device_note *note, enum device_class class, const struct device_status *status)
{
    char *line = note->lines[class];
    memset(line, 0, DEVICE_NOTE_LINE);
    const char *name = device_class_name(class);
    note->is_told = true;
    note->ready &= ~(1u << class);
    if (status->in_service) {
        note->ready |= 1u << class;
        snprintf(line, DEVICE_NOTE_LINE, "%s ready%s", name,
                 class == DEVICE_PRINTER ? printer_words(status->conditions) : "");
        return;
    }
    bool is_absent = status->cause.code == ENODEV;
    snprintf(line, DEVICE_NOTE_LINE, "%s missing %.100s", name,
             is_absent ? "nothing plugged in" : status->cause.text);
    for (char *c = line; *c; c++)
        if (*c == '\n')
            *c = ' '; /* one line each */
}

static void print(const struct device_note *note, const char *between, struct buf *out_text)
{
    for (size_t i = 0, printed = 0; i < DEVICE_CLASS_COUNT; i++)
        if (*note->lines[i])
            buf_printf(out_text, "%s%s", printed++ ? between : "", note->lines[i]);
}

void device_note_print(const struct device_note *note, struct buf *out_text)
{
    print(note, "; ", out_text);
}

const char *device_note_paper(const struct device_note *note)
{
    const char *line = note->lines[DEVICE_PRINTER];
    if (!(note->ready & 1u << DEVICE_PRINTER))
        return "unknown";
    if (strstr(line, " paper-out"))
        return "out";
    return strstr(line, " paper-near") ? "near-end" : "enough";
}

static struct err note_path(const char *store_dir, char out_path[PATH_SIZE])
{
    int length = snprintf(out_path, PATH_SIZE, "%s/devices", store_dir);
    return length < PATH_SIZE ? err_ok() : err_make(ERR_DATA, "devices", 0, "the store's path is too long");
}

struct err device_note_save(const struct device_note *note, const char *store_dir)
{
    char path[PATH_SIZE];
    struct buf text = {0};
    TRY(note_path(store_dir, path));
    print(note, "\n", &text);
    buf_append_text(&text, "\n");
    struct err e = buf_check(&text, "devices");
    if (!err_is(&e))
        e = file_write(path, buf_text(&text), text.length, 0640);
    buf_finish(&text);
    return e;
}

/* A line of another version, or one that is torn, says nothing. */
static void take_line(struct device_note *note, const char *line, size_t length)
{
    char name[16] = "", state[16] = "", whole[DEVICE_NOTE_LINE];
    enum device_class class;
    snprintf(whole, sizeof whole, "%.*s", (int)length, line);
    if (sscanf(whole, "%15s %15s", name, state) != 2 || !device_class_named(name, &class))
        return;
    memcpy(note->lines[class], whole, sizeof whole);
    note->is_told = true;
    if (strcmp(state, "ready") == 0)
        note->ready |= 1u << class;
}

struct err device_note_load(const char *store_dir, struct device_note *out_note)
{
    char path[PATH_SIZE];
    struct buf text = {0};
    struct device_note note = {0};
    TRY(note_path(store_dir, path));
    struct err e = file_read(path, FILE_BYTES_MAX, &text);
    bool is_absent = err_is(&e) && e.code == ENOENT;
    for (const char *line = buf_text(&text), *end; !err_is(&e) && *line; line = end + (*end == '\n')) {
        end = line + strcspn(line, "\n");
        take_line(&note, line, (size_t)(end - line));
    }
    buf_finish(&text);
    if (err_is(&e) && !is_absent)
        return e;
    *out_note = note;
    return err_ok();
}
