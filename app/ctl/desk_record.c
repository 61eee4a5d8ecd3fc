#include "app/ctl/desk_record.h"

#include "app/ctl/form_files.h"
#include "board/base/file.h"
#include "offline/crypto.h"
#include "offline/signature.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MODULE[] = "desk";

enum { PATH_SIZE = 1024, SEALED_BYTES_MAX = 64 << 20 };

void desk_form_path(const char *dir, const char *form_id, const char *version, const char *file,
                    char *out_path, size_t size)
{
    int length = snprintf(out_path, size, "%s/forms/", dir);
    size_t at = length > 0 && (size_t)length < size ? (size_t)length : 0;
    /* A version is anything ("2026[encrypted:A/b=]"): what is no letter, digit or point becomes "_". */
    const char *const parts[] = {form_id, "@", version};
    for (size_t part = 0; part < 3; part++)
        for (const char *c = parts[part]; *c && at + 1 < size; c++) {
            bool is_plain = (*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') ||
                            (*c >= 'a' && *c <= 'z') || strchr("-.@", *c);
            out_path[at++] = is_plain ? *c : '_';
        }
    snprintf(out_path + at, size - at, "/%s", file);
}

/* ---- opening ---- */

struct folder {
    const char *dir, *instance_id;
};

static struct err read_sealed(void *context, const char *name, struct buf *out_bytes)
{
    const struct folder *folder = context;
    char path[PATH_SIZE];
    desk_case_path(folder->dir, folder->instance_id, name, path, sizeof path);
    return file_read(path, SEALED_BYTES_MAX, out_bytes);
}

static struct err unseal_case(const struct desk_config *config, const struct unseal_key *key,
                              const struct desk_case *item, struct desk_record *record)
{
    struct folder folder = {config->dir, item->instance_id};
    struct unseal_manifest *manifest = calloc(1, sizeof *manifest);
    struct buf xml = {0};
    record->unsealed = calloc(1, sizeof *record->unsealed);
    struct err e =
        manifest && record->unsealed ? read_sealed(&folder, "manifest.xml", &xml) : err_no_memory(MODULE);
    if (!err_is(&e))
        e = unseal_manifest_read(buf_text(&xml), xml.length, manifest);
    if (!err_is(&e))
        e = unseal(key, manifest, read_sealed, &folder, record->unsealed);
    buf_finish(&xml);
    free(manifest);
    return e;
}

/* ---- whose it is ---- */

static enum desk_signature judge(const struct desk_config *config, const char *number, const char *public_key)
{
    int kiosk = 0;
    sscanf(number, "%4d", &kiosk);
    for (int i = 0; i < config->kiosk_count; i++)
        if (config->kiosks[i].number == kiosk && strcmp(config->kiosks[i].public_key, public_key) == 0)
            return DESK_SIGNATURE_KNOWN;
    return DESK_SIGNATURE_UNKNOWN;
}

static void check_signature(const struct desk_config *config, struct desk_record *record)
{
    const struct buf *xml = &record->unsealed->xml;
    uint8_t public[DEVICE_KEY_SIZE];
    struct buf text = {0};
    struct err e = signature_check(buf_text(xml), xml->length, public);
    record->signature = DESK_SIGNATURE_BAD;
    if (!err_is(&e))
        e = crypto_base64(public, sizeof public, &text);
    if (!err_is(&e)) {
        snprintf(record->kiosk_key, sizeof record->kiosk_key, "%s", buf_text(&text));
        record->signature = judge(config, desk_record_field(record, "case_number"), record->kiosk_key);
    }
    buf_finish(&text);
}

/* ---- the form ---- */

static struct err load_form(const struct desk_config *config, const struct desk_case *item,
                            struct desk_record *record)
{
    char path[PATH_SIZE], folder[PATH_SIZE], guide[PATH_SIZE];
    struct buf bytes = {0};
    desk_form_path(config->dir, item->form_id, item->form_version, "form.xml", path, sizeof path);
    desk_form_path(config->dir, item->form_id, item->form_version, "", folder, sizeof folder);
    desk_form_path(config->dir, item->form_id, item->form_version, "guide.csv", guide, sizeof guide);
    struct form_media media = {.dir = folder};
    TRY(form_files_load(path, &media, &record->form));
    struct err none = file_read(guide, SEALED_BYTES_MAX, &bytes);
    struct err e = err_is(&none) ? err_ok() : guide_parse(buf_text(&bytes), bytes.length, &record->guide);
    buf_finish(&bytes);
    return e;
}

/* The signature is no part of the form: it is taken out again before the form reads the instance. */
static void append_unsigned(const struct buf *xml, struct buf *out_xml)
{
    static const char begin[] = "<yz:signature", end[] = "</yz:signature>";
    const char *text = buf_text(xml), *from = strstr(text, begin), *to = from ? strstr(from, end) : NULL;
    buf_append(out_xml, text, to ? (size_t)(from - text) : xml->length);
    if (to)
        buf_append_text(out_xml, to + sizeof end - 1);
}

static struct err start_session(struct desk_record *record, const char *lang)
{
    struct buf xml;
    buf_init_private(&xml);
    append_unsigned(&record->unsealed->xml, &xml);
    const struct session_inputs inputs = {.language = lang,
                                          .instance_xml = buf_text(&xml),
                                          .instance_length = xml.length,
                                          .as_sent = true,
                                          .plain_texts = true};
    struct err e = buf_check(&xml, MODULE);
    if (!err_is(&e))
        e = session_create(record->form, &inputs, &record->session);
    buf_finish(&xml);
    return e;
}

struct err desk_record_open(const struct desk_config *config, const struct unseal_key *key,
                            const struct desk_case *item, const char *lang, struct desk_record *out_record)
{
    *out_record = (struct desk_record){0};
    TRY(unseal_case(config, key, item, out_record));
    TRY(load_form(config, item, out_record));
    TRY(start_session(out_record, lang));
    check_signature(config, out_record);
    return err_ok();
}

void desk_record_finish(struct desk_record *record)
{
    session_destroy(&record->session);
    xform_destroy(&record->form);
    guide_destroy(&record->guide);
    if (record->unsealed)
        unsealed_finish(record->unsealed);
    free(record->unsealed);
    *record = (struct desk_record){0};
}

/* ---- reading it ---- */

const char *desk_record_field(struct desk_record *record, const char *name)
{
    char ref[XFORM_REF_SIZE];
    snprintf(ref, sizeof ref, "%s/%s", session_root_ref(record->session), name);
    const char *value = session_value(record->session, ref);
    return value ? value : "";
}

bool desk_record_is_unverified(struct desk_record *record)
{
    return strcmp(desk_record_field(record, "card_unverified"), "yes") == 0;
}

static const char *card_type_word(const char *name)
{
    static const struct {
        const char *name, *word;
    } words[] = {{"resident", "居民身份证"},
                 {"hmt-permit", "港澳台居民居住证"},
                 {"foreigner-2017", "外国人永久居留身份证"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].name, name) == 0)
            return words[i].word;
    return name;
}

const char *desk_record_words(const struct session_answer_line *line)
{
    static const char card_type[] = "/card_type";
    size_t length = strlen(line->ref), tail = sizeof card_type - 1;
    if (line->kind == XFORM_TRIGGER)
        return "已确认";
    return length > tail && strcmp(line->ref + length - tail, card_type) == 0 ? card_type_word(line->display)
                                                                              : line->display;
}

const struct unsealed_file *desk_record_file(const struct desk_record *record, const char *name)
{
    for (size_t i = 0; i < record->unsealed->file_count; i++)
        if (strcmp(record->unsealed->files[i].name, name) == 0)
            return &record->unsealed->files[i];
    return NULL;
}
