/*
 * A compiled ODK XForm: what a service asks, as one immutable object.
 *
 * Bytes in, object out: no files, no clock. Media (CSV, XML, GeoJSON lists) come through a resolver that the
 * caller hands in and are read once, at load. Everything a session needs later is compiled here: expressions,
 * the dependency graph, choice lists and their indexes, texts in all languages. One form may serve many
 * sessions and threads at the same time, as long as it outlives them.
 *
 * Strings returned are borrowed and live as long as the form. Source: the ODK XForms specification
 * (getodk.github.io/xforms-spec), section names are quoted where they matter.
 */
#ifndef YIZHAN_FORM_XFORM_H
#define YIZHAN_FORM_XFORM_H

#include "board/base/buf.h"
#include "board/base/err.h"
#include <stdbool.h>
#include <stddef.h>

struct xform;

/* Spec "Bindings", data types. Unknown types are read as string, as the specification asks. */
enum xform_type {
    XFORM_STRING,
    XFORM_INT,
    XFORM_BOOLEAN,
    XFORM_DECIMAL,
    XFORM_DATE,
    XFORM_TIME,
    XFORM_DATETIME,
    XFORM_GEOPOINT,
    XFORM_GEOTRACE,
    XFORM_GEOSHAPE,
    XFORM_BINARY,
    XFORM_BARCODE,
    XFORM_INTENT
};

/* What a node is in the form's body. */
enum xform_kind {
    XFORM_ROOT,
    XFORM_GROUP,
    XFORM_REPEAT,   /* the series; its children are its instances */
    XFORM_INSTANCE, /* one repeat instance */
    XFORM_INPUT,
    XFORM_SELECT1,
    XFORM_SELECT,
    XFORM_RANK,
    XFORM_RANGE,
    XFORM_UPLOAD,
    XFORM_TRIGGER,
    XFORM_NOTE,  /* an input that is always readonly and only shows its label */
    XFORM_MODEL, /* in the instance but without a control */
};

/* "input", "select1", ... as the JSON protocol spells them; "dateTime", "int", ... */
const char *xform_kind_name(enum xform_kind kind);
const char *xform_type_name(enum xform_type type);

/* Room for any ref of a session ("/data/child[2]/name") with its end: xform_load() refuses a form whose refs
 * could be longer, so that nobody who copies one has to wonder. */
enum { XFORM_REF_SIZE = 1024 };

/* Gives the bytes behind a URI of the form ("jr://file-csv/guide.csv"). name is its last part ("guide.csv").
 * Appends to out_bytes; ERR_DATA when there is no such media. Called during xform_load() only. */
struct xform_media {
    struct err (*read)(void *context, const char *uri, const char *name, struct buf *out_bytes);
    void *context;
};

/*
 * Compiles a form. xml is borrowed during the call. media may be NULL: then every external instance is
 * missing. ERR_DATA: malformed, a path to nothing, an unknown function, a cycle (with the names of its
 * nodes): the text begins with "line N: ". ERR_REFUSED: a limit of size, depth or count. A missing media file
 * is an error too, because its questions could not be shown.
 */
MUST_USE struct err xform_load(const char *xml, size_t length, const struct xform_media *media,
                               struct xform **out_form);

/* The intents of groups that a kiosk fills (docs/ADDING_A_SERVICE.md); any other is XFORM_UNSUPPORTED. */
#define XFORM_INTENT_CARD "yizhan.idcard"
#define XFORM_INTENT_SCAN "yizhan.scan"

/* Whoever fills fields by their names, so that nobody is asked for them. */
struct xform_filler {
    const char *intent;               /* of the groups it fills; "" for fields outside any */
    bool (*fills)(const char *field); /* by local name */
    const char *misfit, *misfit_hint; /* of a field in its group that it does not fill */
};
/* xform_load() for authors: goes on after what that refuses as far as can be, and gives every fault as a
 * finding with its place. fillers: ends with one without an intent; may be NULL. What comes out is for
 * xform_findings() and the names of media; where there is an XFORM_ERROR it has no sessions. Fails for want
 * of memory only. */
MUST_USE struct err xform_study(const char *xml, size_t length, const struct xform_media *media,
                                const struct xform_filler *fillers, struct xform **out_form);
/* Sessions made from it must be gone. Takes NULL, sets *form to NULL. */
void xform_destroy(struct xform **form);

/* The id attribute of the primary instance's root, or its namespace when there is none. */
const char *xform_id(const struct xform *form);
/* "" when the form has none. */
const char *xform_version(const struct xform *form);
const char *xform_title(const struct xform *form);

struct xform_language {
    const char *name; /* as itext writes it: "中文 (zh-CN)" */
    const char *tag;  /* BCP 47 tag from the parentheses, or the name itself when it looks like one, or "" */
    bool is_default;
};
/* Languages of itext in document order; a form without itext has none. */
size_t xform_languages(const struct xform *form, const struct xform_language **out_languages);
/* The language that fits a wish best: exact name, BCP 47 tag, primary subtag, the form's default. Index into
 * xform_languages(), -1 when the form has none. wish may be NULL. */
int xform_language_match(const struct xform *form, const char *wish);

/* Spec "Submission" and "Encryption". NULL where the form says nothing. */
struct xform_submission {
    const char *action;
    const char *method;
    const char *base64_rsa_public_key; /* present: submissions must be sealed to this key */
    const char *auto_send;
    const char *auto_delete;
};
const struct xform_submission *xform_submission(const struct xform *form);

/* Whether it has a field of this local name. */
bool xform_has_field(const struct xform *form, const char *name);
/* The 1-based line of its first group with this intent (XFORM_INTENT_CARD), 0 when there is none. */
int xform_line_of_intent(const struct xform *form, const char *intent);

/* It asks for an audit log, see session_audit(). */
bool xform_wants_audit(const struct xform *form);

/* Some question, whether it will be relevant or not, asks for a signature; for a picture of something else.
 */
bool xform_asks_signature(const struct xform *form);
bool xform_asks_picture(const struct xform *form);

enum xform_severity {
    XFORM_WARNING,     /* the author should look at it: missing translation, unreachable question */
    XFORM_UNSUPPORTED, /* correct, but this kiosk cannot show it: the service is not offered */
    XFORM_ERROR,       /* xform_load() refuses the form for it; xform_study() only */
};
struct xform_finding {
    enum xform_severity severity;
    int line;   /* 1-based line in the form */
    int column; /* 1-based, in bytes as compilers count them, 0 unknown */
    const char *text;
    const char *hint; /* what to do about it, "" when there is nothing to say */
};
/* What was found, in line order: by xform_load() what a kiosk cannot show, by xform_study() everything. */
size_t xform_findings(const struct xform *form, const struct xform_finding **out_findings);
/* No finding is XFORM_UNSUPPORTED or XFORM_ERROR. */
bool xform_can_show(const struct xform *form);

/* Media names the form refers to from labels and external instances ("sample.jpg"), each once. */
size_t xform_media_names(const struct xform *form, const char *const **out_names);

#endif
