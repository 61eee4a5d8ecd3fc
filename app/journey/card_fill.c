/* What a card gives: the fields of the form's card group, larger text for the elderly. */
#include "app/journey/card_fill.h"

#include "app/journey/internal.h"
#include "app/journey/keep.h"
#include "board/base/log.h"
#include "drivers/picture/jpeg.h"

#include <stdio.h>
#include <string.h>

bool card_is_group(const struct session_node *node)
{
    return node->intent && strcmp(node->intent, XFORM_INTENT_CARD) == 0;
}

bool card_is_for_helper(const struct session_node *group)
{
    return strstr(group->intent_arguments, "helper") != NULL;
}

const struct idcard *card_known(const struct person *person, const struct session_node *group)
{
    if (card_is_for_helper(group))
        return person->has_helper ? &person->helper : NULL;
    return person->has_card ? &person->card : NULL;
}

bool card_waits_for_kept(const struct journey *journey, const struct session_node *group)
{
    return !card_is_for_helper(group) && keep_is_unknown(journey);
}

void card_secret(const struct idcard *card, char out_secret[CARD_SECRET_SIZE])
{
    snprintf(out_secret, CARD_SECRET_SIZE, "%s\n%s\n%s", card->id_number, card->name, card->valid_from);
}

void card_prefer_by_age(struct journey *journey)
{
    char today[DATE_SIZE];
    journey_today(journey, today);
    int age = idcard_age(&journey->visit->person.card, today);
    if (journey->did_prefs_by_age || age < journey->config->kiosk.large_text_age)
        return;
    journey->did_prefs_by_age = true;
    journey->is_large_by_age = journey->prefs.text_size == UI_TEXT_NORMAL;
    if (journey->is_large_by_age)
        journey->prefs.text_size = UI_TEXT_LARGE;
}

#define PHOTO_PICTURE "card-photo.jpg"
#define PHOTO_AS_READ "card-photo.wlt"

/* As a picture where the site can decode it; else as the reader gave it, for the county, who can. */
static struct err attach_photo(struct visit *visit, const struct idcard *card, const char **out_value)
{
    bool is_picture = card->portrait_size > 0;
    const char *name = is_picture ? PHOTO_PICTURE : PHOTO_AS_READ;
    *out_value = "";
    if (card->photo_size == 0)
        return err_ok();
    struct buf bytes;
    buf_init_private(&bytes);
    buf_append(&bytes, is_picture ? card->portrait : card->photo,
               is_picture ? card->portrait_size : card->photo_size);
    struct err e = buf_check(&bytes, "journey");
    if (!err_is(&e))
        e = visit_attach(visit, name, &bytes);
    buf_finish(&bytes);
    if (!err_is(&e))
        *out_value = name;
    return e;
}

static void open_portrait(const struct idcard *card, struct arena *arena, struct ui_image *out_image)
{
    struct picture picture = {0};
    struct err e = jpeg_decode(card->portrait, card->portrait_size, 1, PICTURE_RGB, &picture);
    uint8_t *pixels = err_is(&e) ? NULL : arena_alloc(arena, picture_size(&picture));
    if (err_is(&e))
        log_err("journey", &e);
    if (pixels) {
        memcpy(pixels, picture.pixels, picture_size(&picture));
        *out_image = (struct ui_image){.format = UI_IMAGE_RGB24,
                                       .width = picture.width,
                                       .height = picture.height,
                                       .stride = picture.width * PICTURE_RGB,
                                       .pixels = pixels};
    }
    picture_finish(&picture);
}

const struct ui_image *card_portrait(const struct idcard *card, struct arena *arena)
{
    struct ui_image *image = arena_array(arena, 1, sizeof *image);
    if (image && card->portrait_size > 0)
        open_portrait(card, arena, image);
    return image;
}

struct err card_fill(struct visit *visit, const struct session_node *group, const struct idcard *card,
                     const char **out_message)
{
    const char *names[IDCARD_FIELDS + 1], *values[IDCARD_FIELDS + 1];
    size_t count = 0;
    for (; count < IDCARD_FIELDS; count++) {
        names[count] = idcard_fields[count];
        values[count] = idcard_field(card, names[count]);
    }
    if (!card_is_for_helper(group)) {
        names[count] = "photo";
        TRY(attach_photo(visit, card, &values[count]));
        count++;
    }
    return session_fill_group(visit->session, group->ref, names, values, count, out_message);
}

struct err card_clear(struct visit *visit, const struct session_node *group)
{
    const char *names[IDCARD_FIELDS + 1], *values[IDCARD_FIELDS + 1];
    for (size_t i = 0; i <= IDCARD_FIELDS; i++) {
        names[i] = i < IDCARD_FIELDS ? idcard_fields[i] : "photo";
        values[i] = "";
    }
    if (!card_is_for_helper(group)) {
        visit_detach(visit, PHOTO_PICTURE);
        visit_detach(visit, PHOTO_AS_READ);
    }
    return session_fill_group(visit->session, group->ref, names, values, IDCARD_FIELDS + 1, NULL);
}

const char *card_notice_of(const struct err *e)
{
    switch (e->code) {
    case IDCARD_NOT_OURS:
        return "card.not_ours";
    case IDCARD_UNREADABLE:
        return "card.unreadable";
    case IDCARD_UNSUPPORTED:
        return "card.unsupported";
    case IDCARD_NOT_GENUINE:
        return "card.not_genuine";
    default:
        return "card.moved";
    }
}
