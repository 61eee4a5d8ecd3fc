#include "board/base/ini.h"

#include "board/base/file.h"
#include "board/base/utf8.h"

#include <ctype.h>
#include <string.h>

enum { INI_BYTES_MAX = 1024 * 1024, KEYS_PER_SECTION_MAX = 1024 };

struct ini_reader {
    const char *file;
    int line;
    const char *section;
    const char *keys[KEYS_PER_SECTION_MAX]; /* of the section being read, to find doubles */
    int key_count;
    struct err (*visit)(void *context, const struct ini_entry *entry);
    void *context;
};

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    char *end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1]))
        end--;
    *end = '\0';
    return text;
}

static struct err visit(struct ini_reader *reader, const char *key, const char *value)
{
    struct ini_entry entry = {reader->file, reader->line, reader->section, key, value};
    return reader->visit(reader->context, &entry);
}

static struct err read_section(struct ini_reader *reader, char *text)
{
    char *end = strchr(text, ']');
    if (!end || end == text + 1 || *trim(end + 1))
        return err_make(ERR_DATA, "ini", 0, "%s:%d: a section is written [name]", reader->file, reader->line);
    *end = '\0';
    reader->section = trim(text + 1);
    reader->key_count = 0;
    return visit(reader, NULL, NULL);
}

static struct err remember_key(struct ini_reader *reader, const char *key)
{
    for (int i = 0; i < reader->key_count; i++)
        if (strcmp(reader->keys[i], key) == 0)
            return err_make(ERR_DATA, "ini", 0, "%s:%d: %s is given twice in [%s]", reader->file,
                            reader->line, key, reader->section);
    if (reader->key_count == KEYS_PER_SECTION_MAX)
        return err_make(ERR_REFUSED, "ini", 0, "%s:%d: too many keys in [%s]", reader->file, reader->line,
                        reader->section);
    reader->keys[reader->key_count++] = key;
    return err_ok();
}

static struct err read_line(struct ini_reader *reader, char *line)
{
    char *text = trim(line);
    if (*text == '\0' || *text == '#' || *text == ';')
        return err_ok();
    if (*text == '[')
        return read_section(reader, text);
    char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return err_make(ERR_DATA, "ini", 0, "%s:%d: expected key = value", reader->file, reader->line);
    *equals = '\0';
    const char *key = trim(text);
    TRY(remember_key(reader, key));
    return visit(reader, key, trim(equals + 1));
}

static struct err read_lines(struct ini_reader *reader, char *text)
{
    char *rest = text;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        reader->line++;
        TRY(read_line(reader, line));
    }
    return err_ok();
}

struct err ini_parse(const char *name, struct buf *text,
                     struct err (*visit_entry)(void *, const struct ini_entry *), void *context)
{
    struct ini_reader reader = {.file = name, .section = "", .visit = visit_entry, .context = context};
    if (!utf8_valid(buf_text(text), text->length) || strlen(buf_text(text)) != text->length)
        return err_make(ERR_DATA, "ini", 0, "%s: the file is not UTF-8 text", name);
    return text->data ? read_lines(&reader, text->data) : err_ok();
}

struct err ini_read(const char *path, struct err (*visit_entry)(void *, const struct ini_entry *),
                    void *context)
{
    struct buf text = {0};
    struct err e = file_read(path, INI_BYTES_MAX, &text);
    if (!err_is(&e))
        e = ini_parse(path, &text, visit_entry, context);
    buf_finish(&text);
    return e;
}
