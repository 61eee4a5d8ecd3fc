#include "tests/platform/envelope_manifest.h"
#include <expat.h>
#include <stdio.h>
#include <string.h>

struct reading {
    struct envelope_manifest *manifest;
    int depth;
    char path[4][160]; /* local names from the root */
    struct buf text;
};

static const char *local_name(const char *qualified)
{
    const char *colon = strrchr(qualified, ':');
    return colon ? colon + 1 : qualified;
}

static void read_attributes(struct envelope_manifest *m, const char **attributes)
{
    for (; attributes[0]; attributes += 2) {
        if (strcmp(attributes[0], "id") == 0)
            snprintf(m->form_id, sizeof m->form_id, "%s", attributes[1]);
        else if (strcmp(attributes[0], "version") == 0)
            snprintf(m->form_version, sizeof m->form_version, "%s", attributes[1]);
        else if (strcmp(attributes[0], "encrypted") == 0)
            m->encrypted = strcmp(attributes[1], "yes") == 0;
        else if (strcmp(attributes[0], "suite") == 0)
            m->sm = strcmp(attributes[1], "sm") == 0;
    }
}

static void XMLCALL on_start(void *context, const char *name, const char **attributes)
{
    struct reading *r = context;
    if (r->depth == 0)
        read_attributes(r->manifest, attributes);
    if (r->depth < 4)
        snprintf(r->path[r->depth], sizeof r->path[0], "%s", local_name(name));
    r->depth++;
    buf_clear(&r->text);
}

static void XMLCALL on_text(void *context, const char *text, int length)
{
    struct reading *r = context;
    buf_append(&r->text, text, (size_t)length);
}

static bool at(const struct reading *r, int depth, const char *parent, const char *name)
{
    return r->depth == depth && strcmp(r->path[depth - 1], name) == 0 &&
           (depth < 3 || strcmp(r->path[depth - 2], parent) == 0);
}

static void XMLCALL on_end(void *context, const char *name)
{
    struct reading *r = context;
    struct envelope_manifest *m = r->manifest;
    const char *text = buf_text(&r->text);
    (void)name;
    if (at(r, 2, "", "base64EncryptedKey"))
        snprintf(m->key, sizeof m->key, "%s", text);
    else if (at(r, 2, "", "base64EncryptedElementSignature"))
        snprintf(m->signature, sizeof m->signature, "%s", text);
    else if (at(r, 2, "", "encryptedXmlFile"))
        snprintf(m->xml_name, sizeof m->xml_name, "%s", text);
    else if (at(r, 3, "media", "file") && m->file_count < ENVELOPE_FILES_MAX)
        snprintf(m->files[m->file_count++], sizeof m->files[0], "%s", text);
    else if (at(r, 3, "meta", "instanceID"))
        snprintf(m->instance_id, sizeof m->instance_id, "%s", text);
    r->depth--;
}

struct err envelope_manifest_read(const char *text, size_t size, struct envelope_manifest *out_manifest)
{
    struct envelope_manifest manifest = {0};
    struct reading reading = {.manifest = &manifest};
    XML_Parser parser = XML_ParserCreate("UTF-8");
    if (!parser)
        return err_no_memory("envelope");
    XML_SetUserData(parser, &reading);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    bool ok = XML_Parse(parser, text, (int)size, 1) == XML_STATUS_OK;
    XML_ParserFree(parser);
    buf_finish(&reading.text);
    if (!ok)
        return err_make(ERR_DATA, "envelope", 0, "the manifest is not XML");
    *out_manifest = manifest;
    return err_ok();
}
