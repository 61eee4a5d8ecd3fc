/* What a platform reads in a posted submission: whose it is, and its leaves. */
#ifndef YIZHAN_TESTS_PLATFORM_INSTANCE_H
#define YIZHAN_TESTS_PLATFORM_INSTANCE_H

#include "board/base/arena.h"
#include "board/base/err.h"

struct instance_leaf {
    const char *path; /* below the root, local names: "meta/instanceID" */
    const char *value;
    struct instance_leaf *next;
};

struct instance {
    const char *form_id;     /* NULL when missing */
    const char *version;     /* "" when missing */
    const char *instance_id; /* NULL when missing; as written, "uuid:" included */
    bool is_encrypted;       /* an ODK submission manifest */
    struct instance_leaf *leaves;
};

/* All of it lives in the arena. ERR_DATA when it is not well-formed. */
MUST_USE struct err instance_read(const char *xml, size_t length, struct arena *arena,
                                  struct instance *out_instance);

/* First leaf whose path ends in this name, NULL when there is none. */
const char *instance_value(const struct instance *instance, const char *name);
/* Whether some leaf holds exactly this text: how a platform knows that a file belongs to the submission. */
bool instance_names(const struct instance *instance, const char *text);

#endif
