/* The published forms of one project, as the platform serves them. */
#ifndef YIZHAN_TESTS_PLATFORM_FORMS_H
#define YIZHAN_TESTS_PLATFORM_FORMS_H

#include "board/base/buf.h"
#include "tests/platform/keys.h"
#include "tests/platform/xform_scan.h"

enum form_state { FORM_OPEN, FORM_CLOSING, FORM_CLOSED };

struct form_medium {
    char name[256];
    char md5[33];
    struct buf bytes;
};

struct form {
    char id[128];
    char version[192]; /* as served, suffix included */
    char title[256];
    char md5[33]; /* of the XML as served */
    struct buf xml;
    bool wants_cases; /* declares cases.csv: the entity list */
    enum form_state state;
    struct form_medium *media; /* owned */
    size_t media_count;
};

struct forms {
    struct form *items; /* owned, by file name */
    size_t count;
};

/*
 * Reads DIR/NAME/form.xml (the other files of the folder are its media) and DIR/NAME.xml (media in
 * DIR/NAME-media). keys: put into every form, NULL for an open project. A form that does not parse is an
 * error: this is a test's.
 */
MUST_USE struct err forms_load(const char *dir, const struct keys *keys, struct forms *out_forms);
void forms_finish(struct forms *forms);

struct form *forms_find(const struct forms *forms, const char *id);
struct form_medium *form_medium_find(const struct form *form, const char *name);

/* OpenRosa XML. base: URL under which the forms hang; may name another host than the kiosk uses, as Central's
 * does. */
void forms_write_list(const struct forms *forms, const char *base, struct buf *out_xml);
void form_write_manifest(const struct form *form, const char *base, const char *cases_hash,
                         struct buf *out_xml);

void md5_hex(const void *bytes, size_t size, char out_hex[33]);
/* Escapes for XML text and attributes. */
void xml_append_escaped(struct buf *out_xml, const char *text);
/* Percent-encodes a path component. */
void url_append_escaped(struct buf *out_url, const char *text);

#endif
