#include "tests/platform/xform_scan.h"

#include <expat.h>
#include <stdio.h>
#include <string.h>

static const char MODULE[] = "platform";

enum { MAX_DEPTH = 6 };

struct scan {
    XML_Parser parser;
    const char *xml;
    struct xform_facts *facts;
    int depth;
    char path[MAX_DEPTH][32]; /* local names of the open elements, outermost first */
    bool in_title;
    bool has_primary;
};

static const char *local(const char *name)
{
    const char *bar = strrchr(name, '|');
    return bar ? bar + 1 : name;
}

static bool is_at(const struct scan *scan, int depth, const char *const *names)
{
    if (scan->depth != depth)
        return false;
    for (int i = 0; i < depth && i < MAX_DEPTH; i++) {
        if (names[i] && strcmp(scan->path[i], names[i]) != 0)
            return false;
    }
    return true;
}

static const char *attribute(const char **attributes, const char *name)
{
    for (; attributes[0]; attributes += 2) {
        if (strcmp(local(attributes[0]), name) == 0)
            return attributes[1];
    }
    return NULL;
}

/* End of a start tag before its ">" or "/>". */
static size_t tag_end(size_t at, const char *xml, size_t count)
{
    size_t end = at + count - 1;
    return xml[end - 1] == '/' ? end - 1 : end;
}

/* Finds the value of attribute `name` between two offsets of a start tag that expat found well-formed. */
static bool find_value(const char *xml, size_t at, size_t end, const char *name, size_t *out_at,
                       size_t *out_end)
{
    char quote = 0;
    size_t length = strlen(name);

    for (; at + length + 1 < end; at++) {
        if (quote) {
            quote = xml[at] == quote ? 0 : quote;
        } else if (xml[at] == '"' || xml[at] == '\'') {
            quote = xml[at];
        } else if ((unsigned char)xml[at - 1] <= ' ' && strncmp(xml + at, name, length) == 0 &&
                   (xml[at + length] == '=' || (unsigned char)xml[at + length] <= ' ')) {
            size_t open = at + length + strcspn(xml + at + length, "\"'");
            *out_at = open + 1;
            *out_end = open + 1 + strcspn(xml + open + 1, xml[open] == '"' ? "\"" : "'");
            return true;
        }
    }
    return false;
}

static void take_primary(struct scan *scan, const char **attributes, size_t at, size_t count)
{
    struct xform_facts *facts = scan->facts;
    const char *id = attribute(attributes, "id");
    const char *version = attribute(attributes, "version");

    scan->has_primary = true;
    snprintf(facts->id, sizeof facts->id, "%s", id ? id : "");
    snprintf(facts->version, sizeof facts->version, "%s", version ? version : "");
    facts->root_tag_end = tag_end(at, scan->xml, count);
    facts->has_version = find_value(scan->xml, at + 1, facts->root_tag_end, "version", &facts->version_at,
                                    &facts->version_end);
}

static void take_external(struct scan *scan, const char *uri)
{
    const char *slash = strrchr(uri, '/');
    struct xform_facts *facts = scan->facts;
    if (strncmp(uri, "jr://", 5) != 0 || !slash || facts->external_count == XFORM_EXTERNALS_MAX)
        return;
    snprintf(facts->externals[facts->external_count++], sizeof facts->externals[0], "%.127s", slash + 1);
}

static void on_start(void *context, const char *name, const char **attributes)
{
    static const char *const primary[] = {"html", "head", "model", "instance", NULL};
    static const char *const instance[] = {"html", "head", "model", "instance"};
    static const char *const submission[] = {"html", "head", "model", "submission"};
    static const char *const title[] = {"html", "head", "title"};
    struct scan *scan = context;
    size_t at = (size_t)XML_GetCurrentByteIndex(scan->parser);
    size_t count = (size_t)XML_GetCurrentByteCount(scan->parser);

    if (scan->depth < MAX_DEPTH)
        snprintf(scan->path[scan->depth], sizeof scan->path[0], "%.31s", local(name));
    scan->depth++;
    if (is_at(scan, 5, primary) && !scan->has_primary)
        take_primary(scan, attributes, at, count);
    else if (is_at(scan, 4, instance) && attribute(attributes, "src"))
        take_external(scan, attribute(attributes, "src"));
    else if (is_at(scan, 4, submission))
        scan->facts->submission_end = tag_end(at, scan->xml, count);
    scan->in_title = is_at(scan, 3, title);
}

static void on_end(void *context, const char *name)
{
    static const char *const model[] = {"html", "head", "model"};
    struct scan *scan = context;
    (void)name;
    if (is_at(scan, 3, model))
        scan->facts->model_end = (size_t)XML_GetCurrentByteIndex(scan->parser);
    scan->depth--;
    scan->in_title = false;
}

static void on_text(void *context, const char *text, int length)
{
    struct scan *scan = context;
    size_t used = strlen(scan->facts->title);
    if (scan->in_title)
        snprintf(scan->facts->title + used, sizeof scan->facts->title - used, "%.*s", length, text);
}

struct err xform_scan(const char *xml, size_t length, struct xform_facts *out_facts)
{
    struct xform_facts facts = {0};
    struct scan scan = {.xml = xml, .facts = &facts, .parser = XML_ParserCreateNS(NULL, '|')};
    struct err e = err_ok();

    if (!scan.parser)
        return err_no_memory(MODULE);
    XML_SetUserData(scan.parser, &scan);
    XML_SetElementHandler(scan.parser, on_start, on_end);
    XML_SetCharacterDataHandler(scan.parser, on_text);
    if (XML_Parse(scan.parser, xml, (int)length, XML_TRUE) != XML_STATUS_OK)
        e = err_make(ERR_DATA, MODULE, 0, "line %lu: %s",
                     (unsigned long)XML_GetCurrentLineNumber(scan.parser),
                     XML_ErrorString(XML_GetErrorCode(scan.parser)));
    else if (!*facts.id || facts.model_end == 0)
        e = err_make(ERR_DATA, MODULE, 0, "not an XForm: no model, or no id on the primary instance");
    XML_ParserFree(scan.parser);
    if (!err_is(&e))
        *out_facts = facts;
    return e;
}

/* One insertion; the three of them are written in the order of their offsets. */
struct splice {
    size_t at;
    const char *before, *text, *after;
};

static void write_spliced(const char *xml, size_t length, struct splice *splices, int count,
                          struct buf *out_xml)
{
    size_t from = 0;
    for (int i = 0; i < count; i++) {
        buf_append(out_xml, xml + from, splices[i].at - from);
        buf_append_text(out_xml, splices[i].before);
        buf_append_text(out_xml, splices[i].text);
        buf_append_text(out_xml, splices[i].after);
        from = splices[i].at;
    }
    buf_append(out_xml, xml + from, length - from);
}

struct err xform_encrypt(const char *xml, size_t length, const struct xform_facts *facts, const char *key,
                         const char *suffix, struct buf *out_xml)
{
    struct splice version = facts->has_version
                                ? (struct splice){facts->version_end, "", suffix, ""}
                                : (struct splice){facts->root_tag_end, " version=\"", suffix, "\""};
    struct splice sealed =
        facts->submission_end > 0
            ? (struct splice){facts->submission_end, " base64RsaPublicKey=\"", key, "\""}
            : (struct splice){facts->model_end, "<submission base64RsaPublicKey=\"", key, "\"/>"};
    bool version_first = version.at <= sealed.at;
    struct splice splices[] = {version_first ? version : sealed, version_first ? sealed : version};

    write_spliced(xml, length, splices, 2, out_xml);
    return buf_check(out_xml, MODULE);
}
