/* The submission manifest of the ODK encryption specification, read. */
#include "offline/unseal.h"

#include <expat.h>
#include <stdio.h>
#include <string.h>

enum { DEPTH_MAX = 4 };

struct reading {
    XML_Parser parser;
    struct unseal_manifest *manifest;
    int depth;
    char path[DEPTH_MAX][UNSEAL_NAME_SIZE]; /* local names from the root */
    struct buf text;
};

static const char *local_name(const char *qualified)
{
    const char *colon = strrchr(qualified, ':');
    return colon ? colon + 1 : qualified;
}

static void take(char *out_text, size_t size, const char *text)
{
    snprintf(out_text, size, "%s", text);
}

static void read_attributes(struct unseal_manifest *manifest, const char **attributes)
{
    take(manifest->suite, sizeof manifest->suite, "odk");
    for (; attributes[0]; attributes += 2) {
        if (strcmp(attributes[0], "id") == 0)
            take(manifest->form_id, sizeof manifest->form_id, attributes[1]);
        else if (strcmp(attributes[0], "version") == 0)
            take(manifest->form_version, sizeof manifest->form_version, attributes[1]);
        else if (strcmp(attributes[0], "encrypted") == 0)
            manifest->is_sealed = strcmp(attributes[1], "yes") == 0;
        else if (strcmp(attributes[0], "suite") == 0)
            take(manifest->suite, sizeof manifest->suite, attributes[1]);
    }
}

static void XMLCALL on_start(void *context, const char *name, const char **attributes)
{
    struct reading *reading = context;
    if (reading->depth == 0)
        read_attributes(reading->manifest, attributes);
    if (reading->depth < DEPTH_MAX)
        take(reading->path[reading->depth], UNSEAL_NAME_SIZE, local_name(name));
    reading->depth++;
    buf_clear(&reading->text);
}

static void XMLCALL on_text(void *context, const char *text, int length)
{
    struct reading *reading = context;
    buf_append(&reading->text, text, (size_t)length);
}

static bool ends(const struct reading *reading, int depth, const char *parent, const char *name)
{
    return reading->depth == depth && strcmp(reading->path[depth - 1], name) == 0 &&
           (depth < 3 || strcmp(reading->path[depth - 2], parent) == 0);
}

static void XMLCALL on_end(void *context, const char *name)
{
    struct reading *reading = context;
    struct unseal_manifest *manifest = reading->manifest;
    const char *text = buf_text(&reading->text);
    (void)name;
    if (ends(reading, 2, "", "base64EncryptedKey"))
        take(manifest->key, sizeof manifest->key, text);
    else if (ends(reading, 2, "", "base64EncryptedElementSignature"))
        take(manifest->signature, sizeof manifest->signature, text);
    else if (ends(reading, 2, "", "encryptedXmlFile"))
        take(manifest->xml_name, sizeof manifest->xml_name, text);
    else if (ends(reading, 3, "meta", "instanceID"))
        take(manifest->instance_id, sizeof manifest->instance_id, text);
    else if (ends(reading, 3, "media", "file") && manifest->file_count < UNSEAL_FILES_MAX)
        take(manifest->files[manifest->file_count++], UNSEAL_NAME_SIZE, text);
    reading->depth--;
}

/* A manifest comes from anybody who can post: no DTD, no entities. */
static void XMLCALL on_doctype(void *context, const char *name, const char *system, const char *public,
                               int has_subset)
{
    struct reading *reading = context;
    (void)name, (void)system, (void)public, (void)has_subset;
    XML_StopParser(reading->parser, XML_FALSE);
}

struct err unseal_manifest_read(const char *xml, size_t size, struct unseal_manifest *out_manifest)
{
    struct unseal_manifest manifest = {0};
    struct reading reading = {.manifest = &manifest};
    XML_Parser parser = XML_ParserCreate("UTF-8");
    if (!parser)
        return err_no_memory("unseal");
    reading.parser = parser;
    XML_SetUserData(parser, &reading);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    XML_SetStartDoctypeDeclHandler(parser, on_doctype);
    buf_init_private(&reading.text); /* a submission in the clear passes through here too */
    bool ok = size < INT32_MAX && XML_Parse(parser, xml, (int)size, 1) == XML_STATUS_OK;
    XML_ParserFree(parser);
    buf_finish(&reading.text);
    if (!ok)
        return err_make(ERR_DATA, "unseal", 0, "the submission is not XML");
    *out_manifest = manifest;
    return err_ok();
}
