#include "app/ctl/form_remarks.h"

#include "app/ctl/clerk_check.h"
#include "app/ctl/form_files.h"
#include "app/ctl/guide_check.h"
#include "app/journey/fillers.h"

#include <stdio.h>
#include <string.h>

struct source {
    struct formstore *store;
    int64_t row;
};

static struct err read_medium(void *context, const char *uri, const char *name, struct buf *out_bytes)
{
    const struct source *source = context;
    bool found = false;
    (void)uri;
    TRY(formstore_medium(source->store, source->row, name, out_bytes, &found));
    return found ? err_ok() : err_make(ERR_DATA, "forms", 0, "%s is missing", name);
}

static void add(json_t *remarks, const char *file, int line, const char *text, const char *hint)
{
    char whole[700];
    int length = line > 0 ? snprintf(whole, sizeof whole, "%s line %d: ", file, line)
                          : snprintf(whole, sizeof whole, "%s: ", file);
    snprintf(whole + length, sizeof whole - (size_t)length, "%s%s%s%s", text, *hint ? " (" : "", hint,
             *hint ? ")" : "");
    json_array_append_new(remarks, json_string(whole));
}

static void say_of_form(void *context, int line, const char *text, const char *hint)
{
    add(context, "form.xml", line, text, hint);
}

static void say_of_guide(void *context, int line, const char *text, const char *hint)
{
    add(context, "guide.csv", line, text, hint);
}

static struct err remark_medium(const struct source *source, const char *name, const struct xform *form,
                                json_t *remarks)
{
    struct buf bytes = {0};
    bool found = false;
    struct err e = formstore_medium(source->store, source->row, name, &bytes, &found);
    if (!err_is(&e) && found && strcmp(name, "guide.csv") == 0)
        guide_check(buf_text(&bytes), bytes.length, form, &(struct advice){say_of_guide, remarks, 0});
    else if (!err_is(&e) && found && form_files_fake_picture(name, &bytes))
        add(remarks, name, 0, "it is no picture", "export it as PNG or JPEG and attach it again");
    buf_finish(&bytes);
    return e;
}

struct err form_remarks(struct formstore *store, int64_t row, json_t *remarks)
{
    struct source source = {store, row};
    const struct xform_media media = {read_medium, &source};
    const struct xform_finding *findings;
    const char *const *names;
    struct xform *form = NULL;
    struct buf xml = {0};
    struct err e = formstore_xml(store, row, &xml);
    if (!err_is(&e))
        e = xform_study(buf_text(&xml), xml.length, &media, journey_fillers, &form);
    for (size_t i = 0, count = form ? xform_findings(form, &findings) : 0; i < count; i++)
        add(remarks, "form.xml", findings[i].line, findings[i].text, findings[i].hint);
    if (form)
        clerk_check_number(form, &(struct advice){say_of_form, remarks, 0});
    for (size_t i = 0, count = form ? xform_media_names(form, &names) : 0; !err_is(&e) && i < count; i++)
        e = remark_medium(&source, names[i], form, remarks);
    xform_destroy(&form);
    buf_finish(&xml);
    return e;
}
