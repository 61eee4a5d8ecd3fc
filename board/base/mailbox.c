#include "board/base/mailbox.h"

#include "board/base/wipe.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct mailbox {
    pthread_mutex_t lock;
    int event_fd;
    size_t item_size;
    size_t capacity;
    size_t first;    /* index of the oldest item */
    size_t count;    /* items waiting */
    size_t reserved; /* slots promised to results that are not here yet */
    unsigned char *items;
};

struct err mailbox_create(size_t item_size, size_t capacity, struct mailbox **out_mailbox)
{
    assert(item_size > 0 && capacity > 0);
    struct mailbox *box = calloc(1, sizeof *box);
    if (!box)
        return err_no_memory("mailbox");
    box->items = private_alloc(item_size * capacity);
    box->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!box->items || box->event_fd < 0) {
        struct err e = box->items ? err_errno("mailbox", errno, "no eventfd") : err_no_memory("mailbox");
        if (box->event_fd >= 0)
            close(box->event_fd);
        private_free(box->items, item_size * capacity);
        free(box);
        return e;
    }
    pthread_mutex_init(&box->lock, NULL);
    box->item_size = item_size;
    box->capacity = capacity;
    *out_mailbox = box;
    return err_ok();
}

void mailbox_destroy(struct mailbox **mailbox)
{
    if (!mailbox || !*mailbox)
        return;
    struct mailbox *box = *mailbox;
    private_free(box->items, box->item_size * box->capacity);
    close(box->event_fd);
    pthread_mutex_destroy(&box->lock);
    free(box);
    *mailbox = NULL;
}

static void put_locked(struct mailbox *box, const void *item)
{
    size_t at = (box->first + box->count) % box->capacity;
    memcpy(box->items + at * box->item_size, item, box->item_size);
    box->count++;
    uint64_t one = 1;
    ssize_t ignored = write(box->event_fd, &one, sizeof one);
    (void)ignored; /* an eventfd that is already readable may refuse: that is as good */
}

bool mailbox_reserve(struct mailbox *box)
{
    pthread_mutex_lock(&box->lock);
    bool room = box->count + box->reserved < box->capacity;
    if (room)
        box->reserved++;
    pthread_mutex_unlock(&box->lock);
    return room;
}

void mailbox_put_result(struct mailbox *box, const void *item)
{
    pthread_mutex_lock(&box->lock);
    assert(box->reserved > 0);
    box->reserved--;
    put_locked(box, item);
    pthread_mutex_unlock(&box->lock);
}

bool mailbox_put_progress(struct mailbox *box, const void *item)
{
    pthread_mutex_lock(&box->lock);
    bool room = box->count + box->reserved < box->capacity;
    if (room)
        put_locked(box, item);
    pthread_mutex_unlock(&box->lock);
    return room;
}

bool mailbox_take(struct mailbox *box, void *out_item)
{
    pthread_mutex_lock(&box->lock);
    bool any = box->count > 0;
    if (any) {
        unsigned char *item = box->items + box->first * box->item_size;
        memcpy(out_item, item, box->item_size);
        wipe(item, box->item_size);
        box->first = (box->first + 1) % box->capacity;
        box->count--;
    }
    if (box->count == 0) {
        uint64_t drained;
        ssize_t ignored = read(box->event_fd, &drained, sizeof drained);
        (void)ignored;
    }
    pthread_mutex_unlock(&box->lock);
    return any;
}

int mailbox_fd(const struct mailbox *box)
{
    return box->event_fd;
}
