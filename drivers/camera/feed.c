#include "drivers/camera/command.h"

#include <pthread.h>
#include <stdlib.h>

struct camera_feed {
    pthread_mutex_t lock; /* held for swaps and one memcpy only */
    int width, height;
    unsigned epoch; /* wipes so far */
    bool fresh;     /* newest has not been taken */
    struct picture newest;
    struct buf photo;
};

struct err camera_feed_create(int width_px, int height_px, struct camera_feed **out_feed)
{
    struct camera_feed *feed;

    if (width_px < 16 || height_px < 16 || width_px > PICTURE_SIDE_MAX_PX || height_px > PICTURE_SIDE_MAX_PX)
        return err_make(ERR_DATA, "camera", 0, "a preview of %d x %d pixels", width_px, height_px);
    feed = calloc(1, sizeof *feed);
    if (!feed)
        return err_no_memory("camera");
    pthread_mutex_init(&feed->lock, NULL);
    feed->width = width_px;
    feed->height = height_px;
    buf_init_private(&feed->photo);
    *out_feed = feed;
    return err_ok();
}

void camera_feed_destroy(struct camera_feed **feed)
{
    if (!*feed)
        return;
    picture_finish(&(*feed)->newest);
    buf_finish(&(*feed)->photo);
    pthread_mutex_destroy(&(*feed)->lock);
    free(*feed);
    *feed = NULL;
}

void camera_feed_size(const struct camera_feed *feed, int *out_width, int *out_height)
{
    *out_width = feed->width;
    *out_height = feed->height;
}

static void swap_pictures(struct picture *a, struct picture *b)
{
    struct picture kept = *a;

    *a = *b;
    *b = kept;
}

unsigned camera_feed_epoch(struct camera_feed *feed)
{
    unsigned epoch;

    pthread_mutex_lock(&feed->lock);
    epoch = feed->epoch;
    pthread_mutex_unlock(&feed->lock);
    return epoch;
}

void camera_feed_wipe(struct camera_feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    feed->epoch++;
    feed->fresh = false;
    picture_finish(&feed->newest);
    buf_finish(&feed->photo);
    buf_init_private(&feed->photo);
    pthread_mutex_unlock(&feed->lock);
}

void camera_feed_put_frame(struct camera_feed *feed, unsigned epoch, struct picture *picture)
{
    pthread_mutex_lock(&feed->lock);
    if (epoch == feed->epoch) {
        swap_pictures(&feed->newest, picture);
        feed->fresh = true;
    }
    pthread_mutex_unlock(&feed->lock);
}

bool camera_feed_take_frame(struct camera_feed *feed, struct picture *picture)
{
    bool fresh;

    pthread_mutex_lock(&feed->lock);
    fresh = feed->fresh;
    if (fresh)
        swap_pictures(&feed->newest, picture);
    feed->fresh = false;
    pthread_mutex_unlock(&feed->lock);
    return fresh;
}

void camera_feed_put_photo(struct camera_feed *feed, unsigned epoch, struct buf *jpeg)
{
    struct buf unwanted = *jpeg;

    pthread_mutex_lock(&feed->lock);
    if (epoch == feed->epoch) {
        unwanted = feed->photo;
        feed->photo = *jpeg;
    }
    pthread_mutex_unlock(&feed->lock);
    buf_finish(&unwanted);
    buf_init_private(jpeg);
}

bool camera_feed_take_photo(struct camera_feed *feed, struct buf *out_jpeg)
{
    struct buf photo;
    bool there;

    pthread_mutex_lock(&feed->lock);
    photo = feed->photo;
    buf_init_private(&feed->photo);
    pthread_mutex_unlock(&feed->lock);
    there = photo.length > 0;
    buf_append(out_jpeg, photo.data, photo.length);
    buf_finish(&photo);
    return there;
}
