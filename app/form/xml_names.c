#include "app/form/xml_names.h"
#include <string.h>

#define NS_XML    "http://www.w3.org/XML/1998/namespace"
#define NS_XMLNS  "http://www.w3.org/2000/xmlns/"
#define NO_MEMORY ""

struct xml_binding {
    const struct xml_binding *outer;
    const struct node *element;
    const char *prefix;
    const char *uri;
};

/* ---- Declarations ---- */

bool xml_is_declaration(const char *written, const char **out_prefix)
{
    if (strncmp(written, "xmlns", 5) != 0 || (written[5] != '\0' && written[5] != ':'))
        return false;
    const char *prefix = written[5] == '\0' ? "" : written + 6;
    if (written[5] == ':' && (*prefix == '\0' || strchr(prefix, ':')))
        return false; /* no name at all: refused when it is read as one */
    *out_prefix = prefix;
    return true;
}

static const char *refuse_declaration(const char *prefix, const char *uri)
{
    bool is_xml = strcmp(prefix, "xml") == 0;
    if (is_xml != (strcmp(uri, NS_XML) == 0) || strcmp(prefix, "xmlns") == 0 || strcmp(uri, NS_XMLNS) == 0)
        return "the prefixes xml and xmlns stand for what they always stand for";
    if (*prefix != '\0' && *uri == '\0')
        return "a prefix cannot stand for no namespace";
    return NULL;
}

const char *xml_names_declare(struct xml_names *names, const struct node *element, const char *prefix,
                              const char *uri)
{
    const char *refusal = refuse_declaration(prefix, uri);
    if (refusal)
        return refusal;
    struct xml_binding *binding = arena_alloc(names->arena, sizeof *binding);
    if (!binding)
        return NO_MEMORY;
    *binding = (struct xml_binding){.outer = names->scope,
                                    .element = element,
                                    .prefix = name_intern_text(names->table, prefix, strlen(prefix)),
                                    .uri = name_intern_text(names->table, uri, strlen(uri))};
    names->scope = binding;
    return !binding->prefix || !binding->uri ? NO_MEMORY : NULL;
}

void xml_names_leave(struct xml_names *names, const struct node *element)
{
    while (names->scope && names->scope->element == element)
        names->scope = names->scope->outer;
}

/* ---- Names ---- */

/* NULL: nothing declares the prefix. */
static const char *uri_of(const struct xml_names *names, struct name_part prefix)
{
    for (const struct xml_binding *b = names->scope; b; b = b->outer)
        if (strncmp(b->prefix, prefix.text, prefix.length) == 0 && b->prefix[prefix.length] == '\0')
            return b->uri;
    if (prefix.length == 3 && memcmp(prefix.text, "xml", 3) == 0)
        return NS_XML;
    return prefix.length == 0 ? "" : NULL;
}

static const char *resolve(struct xml_names *names, const char *written, bool is_attribute,
                           const struct name **out_name)
{
    const char *colon = strchr(written, ':');
    struct name_part prefix = {written, colon ? (size_t)(colon - written) : 0};
    struct name_part local = {colon ? colon + 1 : written, 0};
    local.length = strlen(local.text);
    if (colon && (prefix.length == 0 || local.length == 0 || strchr(local.text, ':')))
        return "a name has one colon at most, between prefix and name";
    const char *uri = !colon && is_attribute ? "" : uri_of(names, prefix);
    if (!uri)
        return "a prefix is used that no xmlns attribute declares";
    *out_name = name_intern_parts(names->table, (struct name_part){uri, strlen(uri)}, local, prefix);
    return *out_name ? NULL : NO_MEMORY;
}

static size_t place_of(const char *written)
{
    size_t hash = 0;
    for (; *written != '\0'; written++)
        hash = hash * 31 + (unsigned char)*written;
    return hash % XML_NAMES_KNOWN;
}

const char *xml_names_read(struct xml_names *names, const char *written, bool is_attribute,
                           const struct name **out_name)
{
    struct xml_known *known = &names->known[place_of(written)];
    if (!known->written || known->scope != names->scope || known->is_attribute != is_attribute ||
        strcmp(known->written, written) != 0) {
        const struct name *name;
        const char *refusal = resolve(names, written, is_attribute, &name);
        if (refusal)
            return refusal;
        const char *kept = name_intern_text(names->table, written, strlen(written));
        if (!kept)
            return NO_MEMORY;
        *known = (struct xml_known){kept, names->scope, is_attribute, name};
    }
    *out_name = known->name;
    return NULL;
}
