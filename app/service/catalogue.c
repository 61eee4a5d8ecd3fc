#include "app/service/catalogue.h"

#include "app/service/own_form.h"
#include "board/base/log.h"
#include "offline/application.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct media_source {
    struct formstore *store;
    int64_t row;
};

static struct err read_medium(void *context, const char *uri, const char *name, struct buf *out_bytes)
{
    (void)uri;
    const struct media_source *source = context;
    bool found;
    TRY(formstore_medium(source->store, source->row, name, out_bytes, &found));
    if (!found)
        return err_make(ERR_DATA, "catalogue", 0, "the form's file %s is missing", name);
    return err_ok();
}

static struct err load_guide(const struct media_source *source, struct guide **out_guide)
{
    struct buf bytes = {0};
    bool found = false;
    struct err e = formstore_medium(source->store, source->row, "guide.csv", &bytes, &found);
    if (!err_is(&e) && found)
        e = guide_parse(buf_text(&bytes), bytes.length, out_guide);
    buf_finish(&bytes);
    return e;
}

static struct err compile(struct formstore *store, int64_t row, struct xform **out_form)
{
    struct media_source source = {store, row};
    const struct xform_media media = {read_medium, &source};
    struct buf xml = {0};
    struct err e = formstore_xml(store, row, &xml);
    if (!err_is(&e))
        e = xform_load(buf_text(&xml), xml.length, &media, out_form);
    buf_finish(&xml);
    return e;
}

/* ---- pictures ---- */

enum { PICTURE_BYTES_MAX = 1 << 20 };

static bool is_picture(const char *name)
{
    static const char *const endings[] = {".png", ".jpg", ".jpeg", ".PNG", ".JPG", ".JPEG"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        if (strcmp(dot, endings[i]) == 0)
            return true;
    return false;
}

/* One that is missing or too large is worth a line in the log, not the service. */
static struct err load_picture(const struct xform_media *media, const char *name, struct service *service)
{
    struct service_picture *picture = &service->pictures[service->picture_count];
    struct err e = media->read(media->context, name, name, &picture->bytes);
    if (e.class == ERR_DATA || picture->bytes.length > PICTURE_BYTES_MAX) {
        log_warn("catalogue", "the picture %s is %s", name, err_is(&e) ? "missing" : "too large");
        buf_finish(&picture->bytes);
        return err_ok();
    }
    TRY(e);
    snprintf(picture->name, sizeof picture->name, "%s", name);
    service->picture_count++;
    return err_ok();
}

struct err service_load_pictures(struct service *service, const struct xform_media *media)
{
    const char *const *names;
    size_t count = xform_media_names(service->form, &names);
    service->pictures = calloc(count + 1, sizeof *service->pictures);
    if (!service->pictures)
        return err_no_memory("catalogue");
    for (size_t i = 0; i < count; i++)
        if (is_picture(names[i]))
            TRY(load_picture(media, names[i], service));
    return err_ok();
}

const struct buf *service_picture(const struct service *service, const char *name)
{
    for (size_t i = 0; i < service->picture_count; i++)
        if (strcmp(service->pictures[i].name, name) == 0)
            return &service->pictures[i].bytes;
    return NULL;
}

static struct err check_can_show(const struct xform *form)
{
    const struct xform_finding *findings;
    size_t count = xform_findings(form, &findings);
    for (size_t i = 0; i < count; i++)
        if (findings[i].severity == XFORM_UNSUPPORTED)
            return err_make(ERR_REFUSED, "catalogue", 0, "line %d: %s", findings[i].line, findings[i].text);
    return err_ok();
}

static struct err compile_service(struct formstore *store, const struct config *config,
                                  const struct formstore_form *stored, struct service *service)
{
    struct media_source source = {store, stored->row};
    TRY(compile(store, stored->row, &service->form));
    TRY(check_can_show(service->form));
    const char *key = xform_submission(service->form)->base64_rsa_public_key;
    TRY(application_key_check(config, stored->endpoint, stored->id, key ? key : ""));
    TRY(load_guide(&source, &service->guide));
    TRY(service_load_pictures(service, &(struct xform_media){read_medium, &source}));
    service->endpoint = stored->endpoint;
    service->row = stored->row;
    const char *order = guide_text(service->guide, "order", "");
    service->order = *order ? strtol(order, NULL, 10) : 1000000;
    memcpy(service->id, stored->id, sizeof service->id);
    memcpy(service->version, stored->version, sizeof service->version);
    memcpy(service->title, stored->title, sizeof service->title);
    return err_ok();
}

struct err service_load(struct formstore *store, const struct config *config, const char *form_id,
                        struct service *out_service, bool *out_found)
{
    struct formstore_form stored;
    TRY(formstore_find(store, form_id, &stored, out_found));
    return *out_found ? compile_service(store, config, &stored, out_service) : err_ok();
}

void service_finish(struct service *service)
{
    xform_destroy(&service->form);
    guide_destroy(&service->guide);
    for (size_t i = 0; i < service->picture_count; i++)
        buf_finish(&service->pictures[i].bytes);
    free(service->pictures);
}

/* An error of the form is the form's verdict; an error of the disk or of memory says nothing about the form.
 */
static bool is_verdict(const struct err *e)
{
    return e->class == ERR_DATA || e->class == ERR_REFUSED;
}

static struct err add_service(struct formstore *store, const struct config *config,
                              const struct formstore_form *stored, struct catalogue *catalogue)
{
    struct service service = {0};
    struct err e = compile_service(store, config, stored, &service);
    if (!err_is(&e)) {
        catalogue->services[catalogue->count++] = service;
        return stored->state == FORMSTORE_FRESH ? formstore_accept(store, stored->row) : err_ok();
    }
    service_finish(&service);
    if (!is_verdict(&e))
        return e;
    log_warn("catalogue", "%s %s is not offered: %s", stored->id, stored->version, e.text);
    catalogue->refused++;
    return formstore_refuse(store, stored->row, e.text);
}

static int by_order(const void *a, const void *b)
{
    const struct service *one = a, *other = b;
    if (one->order != other->order)
        return one->order < other->order ? -1 : 1;
    return strcmp(one->id, other->id);
}

static struct err build_from(struct formstore *store, const struct config *config,
                             const struct formstore_list *list, struct catalogue *catalogue)
{
    catalogue->services = calloc(list->count + 1, sizeof *catalogue->services);
    if (!catalogue->services)
        return err_no_memory("catalogue");
    for (size_t i = 0; i < list->count; i++)
        TRY(add_service(store, config, &list->items[i], catalogue));
    qsort(catalogue->services, catalogue->count, sizeof *catalogue->services, by_order);
    return err_ok();
}

static struct err build_once(struct formstore *store, const struct config *config,
                             struct catalogue **out_catalogue)
{
    struct catalogue *catalogue = calloc(1, sizeof *catalogue);
    struct formstore_list list = {0};
    if (!catalogue)
        return err_no_memory("catalogue");
    struct err e = formstore_generation(store, &catalogue->generation);
    if (!err_is(&e))
        e = formstore_offered(store, &list);
    if (!err_is(&e))
        e = build_from(store, config, &list, catalogue);
    formstore_list_finish(&list);
    if (err_is(&e))
        catalogue_destroy(&catalogue);
    else
        *out_catalogue = catalogue;
    return e;
}

struct err catalogue_build(struct formstore *store, const struct config *config,
                           struct catalogue **out_catalogue)
{
    struct catalogue *catalogue = NULL;
    TRY(build_once(store, config, &catalogue));
    if (catalogue->refused > 0) {
        /* Refusing a version brings the last good one back: what is offered now is another list. */
        size_t refused = catalogue->refused;
        catalogue_destroy(&catalogue);
        TRY(build_once(store, config, &catalogue));
        catalogue->refused += refused;
    }
    *out_catalogue = catalogue;
    return err_ok();
}

void catalogue_destroy(struct catalogue **catalogue)
{
    if (!catalogue || !*catalogue)
        return;
    for (size_t i = 0; i < (*catalogue)->count; i++)
        service_finish(&(*catalogue)->services[i]);
    free((*catalogue)->services);
    free(*catalogue);
    *catalogue = NULL;
}

const struct service *catalogue_find(const struct catalogue *catalogue, const char *form_id)
{
    for (size_t i = 0; catalogue && i < catalogue->count; i++)
        if (strcmp(catalogue->services[i].id, form_id) == 0)
            return &catalogue->services[i];
    return NULL;
}

const char *service_title(const struct service *service, const char *lang)
{
    const char *title = guide_text(service->guide, "title", lang);
    return *title ? title : service->title;
}

static bool is_led_to(const struct catalogue *catalogue, const struct service *service)
{
    for (size_t i = 0; i < catalogue->count; i++) {
        const struct guide *guide = catalogue->services[i].guide;
        if (strcmp(guide_text(guide, "supplement_form", ""), service->id) == 0 ||
            strcmp(guide_text(guide, "withdraw_form", ""), service->id) == 0)
            return true;
    }
    return false;
}

bool catalogue_lists(const struct catalogue *catalogue, const struct service *service, const char *today)
{
    if (own_form_is(service->id))
        return false;
    const char *from = guide_text(service->guide, "valid_from", "");
    const char *to = guide_text(service->guide, "valid_to", "");
    return strcmp(today, from) >= 0 && (*to == '\0' || strcmp(today, to) <= 0) &&
           !is_led_to(catalogue, service);
}
