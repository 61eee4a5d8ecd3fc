/*
 * The services this kiosk offers now: compiled forms with their guides, as one immutable object.
 *
 * Built by the store thread whenever forms were pulled, handed to the UI thread as a whole, and given back
 * when nobody is in the middle of one of its services. A form that cannot be shown, or whose key is not
 * pinned, is left out and its reason kept for the technician; the others go on.
 */
#ifndef YIZHAN_SERVICE_CATALOGUE_H
#define YIZHAN_SERVICE_CATALOGUE_H

#include "app/form/xform.h"
#include "app/service/guide.h"
#include "board/base/config.h"
#include "offline/endpoint.h"
#include "offline/formstore.h"

/* A picture that the form's questions show, as its file is. */
struct service_picture {
    char name[FORMSTORE_NAME_SIZE];
    struct buf bytes;
};

struct service {
    struct xform *form;
    struct guide *guide;              /* NULL for a form without one */
    struct service_picture *pictures; /* owned */
    size_t picture_count;
    enum endpoint endpoint;
    int64_t row; /* of the form store: in use while a person is in it */
    long order;  /* of the guide; services without one come last */
    char id[FORMSTORE_ID_SIZE];
    char version[FORMSTORE_ID_SIZE];
    char title[FORMSTORE_ID_SIZE]; /* as the form list names it */
};

struct catalogue {
    struct service *services; /* by order, then id */
    size_t count;
    int64_t generation; /* of the form store it was built from */
    size_t refused;     /* versions that this build refused */
};

/* Compiles every offered form and tells the form store the verdict on fresh ones. Errors are the store's
 * only: one bad form never hides the others. */
MUST_USE struct err catalogue_build(struct formstore *store, const struct config *config,
                                    struct catalogue **out_catalogue);
/* Takes NULL. No session of its forms may be left. */
void catalogue_destroy(struct catalogue **catalogue);

/* Reads the pictures that service->form names; once. One that is missing or too large is logged, no error. */
MUST_USE struct err service_load_pictures(struct service *service, const struct xform_media *media);
/* NULL when the form has none of that name. */
const struct buf *service_picture(const struct service *service, const char *name);
/* NULL when it is not offered. */
const struct service *catalogue_find(const struct catalogue *catalogue, const char *form_id);

/* One offered form by itself, compiled; *out_found is false when it is not offered. Finish it in any case. */
MUST_USE struct err service_load(struct formstore *store, const struct config *config, const char *form_id,
                                 struct service *out_service, bool *out_found);
void service_finish(struct service *service);

/* The guide's title in that language, else the form list's. */
const char *service_title(const struct service *service, const char *lang);
/* On the home screen: not the forms that the kiosk fills by itself (kiosk-health ...), not those that another
 * one leads to (supplement_form, withdraw_form), not those outside their guide's valid_from and valid_to.
 * today: "2026-11-22". */
bool catalogue_lists(const struct catalogue *catalogue, const struct service *service, const char *today);

#endif
