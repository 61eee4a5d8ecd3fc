#include "tests/platform/forms.h"

#include "board/base/file.h"

#include <ctype.h>
#include <dirent.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char MODULE[] = "platform";

enum { MAX_FILE_BYTES = 64 << 20 };

void md5_hex(const void *bytes, size_t size, char out_hex[33])
{
    unsigned char digest[16];
    EVP_Digest(bytes ? bytes : "", size, digest, NULL, EVP_md5(), NULL);
    for (int i = 0; i < 16; i++)
        snprintf(out_hex + 2 * i, 3, "%02x", digest[i]);
}

void xml_append_escaped(struct buf *out_xml, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            buf_append_text(out_xml, "&amp;");
            break;
        case '<':
            buf_append_text(out_xml, "&lt;");
            break;
        case '>':
            buf_append_text(out_xml, "&gt;");
            break;
        case '"':
            buf_append_text(out_xml, "&quot;");
            break;
        default:
            buf_append_byte(out_xml, (uint8_t)*text);
        }
    }
}

void url_append_escaped(struct buf *out_url, const char *text)
{
    for (; *text; text++) {
        if (isalnum((unsigned char)*text) || strchr("-_.~", *text))
            buf_append_byte(out_url, (uint8_t)*text);
        else
            buf_printf(out_url, "%%%02X", (unsigned char)*text);
    }
}

/* ---- loading ---- */

static bool is_file(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

static struct err add_medium(struct form *form, const char *dir, const char *name)
{
    char path[1200];
    struct form_medium medium = {0};

    snprintf(path, sizeof path, "%s/%s", dir, name);
    if (!is_file(path) || name[0] == '.' || strcmp(name, "form.xml") == 0)
        return err_ok();
    snprintf(medium.name, sizeof medium.name, "%s", name);
    TRY(file_read(path, MAX_FILE_BYTES, &medium.bytes));
    md5_hex(medium.bytes.data, medium.bytes.length, medium.md5);
    struct form_medium *longer = realloc(form->media, (form->media_count + 1) * sizeof *longer);
    if (!longer)
        return err_no_memory(MODULE);
    form->media = longer;
    form->media[form->media_count++] = medium;
    return err_ok();
}

static struct err add_media(struct form *form, const char *dir)
{
    struct dirent **names = NULL;
    struct err e = err_ok();
    int count = scandir(dir, &names, NULL, alphasort);

    for (int i = 0; i < count; i++) {
        if (!err_is(&e))
            e = add_medium(form, dir, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    return e;
}

static struct err read_xml(const char *path, const struct keys *keys, struct form *form)
{
    struct buf plain = {0};
    struct xform_facts facts;
    struct err e = file_read(path, MAX_FILE_BYTES, &plain);

    if (!err_is(&e))
        e = xform_scan(buf_text(&plain), plain.length, &facts);
    if (!err_is(&e) && keys)
        e = xform_encrypt(plain.data, plain.length, &facts, keys->public_base64, keys->version_suffix,
                          &form->xml);
    else if (!err_is(&e))
        buf_append(&form->xml, plain.data, plain.length);
    buf_finish(&plain);
    if (err_is(&e))
        return err_context(e, "%s", path);
    snprintf(form->id, sizeof form->id, "%s", facts.id);
    snprintf(form->title, sizeof form->title, "%s", facts.title);
    snprintf(form->version, sizeof form->version, "%s%s", facts.version, keys ? keys->version_suffix : "");
    for (int i = 0; i < facts.external_count; i++)
        form->wants_cases |= strcmp(facts.externals[i], "cases.csv") == 0;
    md5_hex(form->xml.data, form->xml.length, form->md5);
    return err_ok();
}

static struct err add_form(struct forms *forms, const char *xml_path, const char *media_dir,
                           const struct keys *keys)
{
    struct form *longer = realloc(forms->items, (forms->count + 1) * sizeof *longer);
    if (!longer)
        return err_no_memory(MODULE);
    forms->items = longer;
    struct form *form = &forms->items[forms->count++];
    *form = (struct form){0};
    TRY(read_xml(xml_path, keys, form));
    return add_media(form, media_dir);
}

static struct err add_entry(struct forms *forms, const char *dir, const char *name, const struct keys *keys)
{
    char xml_path[900], media_dir[900];
    size_t length = strlen(name);

    snprintf(xml_path, sizeof xml_path, "%s/%s/form.xml", dir, name);
    snprintf(media_dir, sizeof media_dir, "%s/%s", dir, name);
    if (name[0] == '.')
        return err_ok();
    if (is_file(xml_path))
        return add_form(forms, xml_path, media_dir, keys);
    if (length < 5 || strcmp(name + length - 4, ".xml") != 0)
        return err_ok();
    snprintf(xml_path, sizeof xml_path, "%s/%s", dir, name);
    snprintf(media_dir, sizeof media_dir, "%s/%.*s-media", dir, (int)length - 4, name);
    return add_form(forms, xml_path, media_dir, keys);
}

struct err forms_load(const char *dir, const struct keys *keys, struct forms *out_forms)
{
    struct forms forms = {0};
    struct dirent **names = NULL;
    struct err e = err_ok();
    int count = scandir(dir, &names, NULL, alphasort);

    if (count < 0)
        return err_make(ERR_SYSTEM, MODULE, 0, "cannot read the folder of forms %.150s", dir);
    for (int i = 0; i < count; i++) {
        if (!err_is(&e))
            e = add_entry(&forms, dir, names[i]->d_name, keys);
        free(names[i]);
    }
    free(names);
    if (err_is(&e))
        forms_finish(&forms);
    else
        *out_forms = forms;
    return e;
}

void forms_finish(struct forms *forms)
{
    for (size_t i = 0; i < forms->count; i++) {
        struct form *form = &forms->items[i];
        for (size_t m = 0; m < form->media_count; m++)
            buf_finish(&form->media[m].bytes);
        free(form->media);
        buf_finish(&form->xml);
    }
    free(forms->items);
    *forms = (struct forms){0};
}

struct form *forms_find(const struct forms *forms, const char *id)
{
    for (size_t i = 0; i < forms->count; i++) {
        if (strcmp(forms->items[i].id, id) == 0)
            return &forms->items[i];
    }
    return NULL;
}

struct form_medium *form_medium_find(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->media_count; i++) {
        if (strcmp(form->media[i].name, name) == 0)
            return &form->media[i];
    }
    return NULL;
}

/* ---- OpenRosa documents ---- */

static void write_element(struct buf *out_xml, const char *name, const char *text)
{
    buf_printf(out_xml, "      <%s>", name);
    xml_append_escaped(out_xml, text);
    buf_printf(out_xml, "</%s>\n", name);
}

static void write_url(struct buf *out_xml, const char *element, const char *base, const char *id,
                      const char *tail)
{
    buf_printf(out_xml, "      <%s>%s/forms/", element, base);
    url_append_escaped(out_xml, id);
    buf_printf(out_xml, "%s</%s>\n", tail, element);
}

void forms_write_list(const struct forms *forms, const char *base, struct buf *out_xml)
{
    buf_append_text(out_xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                             "  <xforms xmlns=\"http://openrosa.org/xforms/xformsList\">\n");
    for (size_t i = 0; i < forms->count; i++) {
        const struct form *form = &forms->items[i];
        if (form->state != FORM_OPEN)
            continue;
        buf_append_text(out_xml, "    <xform>\n");
        write_element(out_xml, "formID", form->id);
        write_element(out_xml, "name", *form->title ? form->title : form->id);
        write_element(out_xml, "version", form->version);
        buf_printf(out_xml, "      <hash>md5:%s</hash>\n", form->md5);
        write_url(out_xml, "downloadUrl", base, form->id, ".xml");
        if (form->media_count > 0 || form->wants_cases)
            write_url(out_xml, "manifestUrl", base, form->id, "/manifest");
        buf_append_text(out_xml, "    </xform>\n");
    }
    buf_append_text(out_xml, "  </xforms>\n");
}

static void write_medium(struct buf *out_xml, const char *base, const struct form *form, const char *name,
                         const char *hash, bool is_list)
{
    buf_printf(out_xml, "    <mediaFile%s>\n", is_list ? " type=\"entityList\"" : "");
    write_element(out_xml, "filename", name);
    buf_printf(out_xml, "      <hash>md5:%s</hash>\n      <downloadUrl>%s/forms/", hash, base);
    url_append_escaped(out_xml, form->id);
    buf_append_text(out_xml, "/attachments/");
    url_append_escaped(out_xml, name);
    buf_append_text(out_xml, "</downloadUrl>\n    </mediaFile>\n");
}

void form_write_manifest(const struct form *form, const char *base, const char *cases_hash,
                         struct buf *out_xml)
{
    buf_append_text(out_xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                             "  <manifest xmlns=\"http://openrosa.org/xforms/xformsManifest\">\n");
    for (size_t i = 0; i < form->media_count; i++)
        write_medium(out_xml, base, form, form->media[i].name, form->media[i].md5, false);
    if (form->wants_cases && !form_medium_find(form, "cases.csv"))
        write_medium(out_xml, base, form, "cases.csv", cases_hash, true);
    buf_append_text(out_xml, "  </manifest>\n");
}
