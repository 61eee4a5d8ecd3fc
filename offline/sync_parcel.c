#include "offline/sync_parcel.h"

#include <stdlib.h>
#include <string.h>

static const char MODULE[] = "sync";

/* A file that is pulled into a POST. curl asks for pieces of any size; the outbox is asked for each chunk
 * once.
 */
struct sync_source {
    struct outbox *outbox;
    int64_t row;
    int index;
    int64_t at; /* of chunk[0] in the file */
    size_t size;
    char *chunk; /* OUTBOX_CHUNK_SIZE; NULL until something is read */
};

/* ---- the parcel ---- */

struct err sync_parcel_open(struct sync_parcel *parcel, struct outbox *outbox, const struct outbox_case *item)
{
    outbox_files_finish(&parcel->files);
    parcel->row = 0;
    TRY(outbox_open_row(outbox, item->row, &parcel->manifest, &parcel->files));
    parcel->outbox = outbox;
    parcel->row = item->row;
    parcel->has_xml = item->xml_acknowledged;
    return err_ok();
}

void sync_parcel_finish(struct sync_parcel *parcel)
{
    buf_finish(&parcel->manifest);
    outbox_files_finish(&parcel->files);
    *parcel = (struct sync_parcel){0};
}

bool sync_parcel_is_complete(const struct sync_parcel *parcel)
{
    for (size_t i = 0; i < parcel->files.count; i++) {
        if (!parcel->files.items[i].acknowledged)
            return false;
    }
    return true;
}

/* ---- what goes along ---- */

/* Whether this file goes along: within the budget, and always the first one that is missing once the XML is
 * there. */
static bool goes_along(const struct sync_parcel *parcel, const struct outbox_file *file, size_t chosen,
                       bool fits)
{
    return !file->acknowledged && (fits || (parcel->has_xml && chosen == 0));
}

/* The sealed XML must be in the first POST, and comes last in the list, so it is counted before the others
 * are. */
static size_t choose(const struct sync_parcel *parcel, int64_t budget_bytes, struct sync_post *post)
{
    int64_t bytes = (int64_t)parcel->manifest.length;
    size_t chosen = 0, must = 0;

    for (size_t i = 0; i < parcel->files.count; i++) {
        const struct outbox_file *file = &parcel->files.items[i];
        post->taken[i] = !parcel->has_xml && file->is_xml && !file->acknowledged;
        bytes += post->taken[i] ? file->size : 0;
        chosen += post->taken[i];
    }
    must = parcel->has_xml ? 1 : chosen;
    for (size_t i = 0; i < parcel->files.count; i++) {
        const struct outbox_file *file = &parcel->files.items[i];
        if (post->taken[i] || !goes_along(parcel, file, chosen, bytes + file->size <= budget_bytes))
            continue;
        post->taken[i] = true;
        chosen++;
        bytes += file->size;
    }
    post->can_shrink = chosen > must;
    return chosen;
}

/* ---- the parts ---- */

static struct err read_file(void *context, int64_t offset, void *out_bytes, size_t size, size_t *out_read)
{
    struct sync_source *source = context;

    if (!source->chunk)
        source->chunk = malloc(OUTBOX_CHUNK_SIZE);
    if (!source->chunk)
        return err_no_memory(MODULE);
    if (offset < source->at || offset >= source->at + (int64_t)source->size) {
        source->at = offset;
        source->size = 0;
        TRY(outbox_read(source->outbox, source->row, source->index, offset, source->chunk, OUTBOX_CHUNK_SIZE,
                        &source->size));
    }
    size_t from = (size_t)(offset - source->at), left = source->size - from;
    *out_read = left < size ? left : size;
    memcpy(out_bytes, source->chunk + from, *out_read);
    return err_ok();
}

static void add_file(const struct sync_parcel *parcel, const struct outbox_file *file, struct sync_post *post)
{
    struct sync_source *source = &post->sources[post->part_count];

    source->outbox = parcel->outbox;
    source->row = parcel->row;
    source->index = file->index;
    post->parts[post->part_count++] = (struct http_part){
        .name = file->name,
        .filename = file->name,
        .content_type = "application/octet-stream",
        .size = file->size,
        .bytes = file->bytes,
        .read = read_file,
        .context = source,
    };
}

struct err sync_post_make(struct sync_parcel *parcel, int64_t budget_bytes, struct sync_post *out_post)
{
    size_t count = parcel->files.count;
    struct sync_post post = {.taken = calloc(count + 1, sizeof *post.taken)};

    size_t parts = post.taken ? choose(parcel, budget_bytes, &post) + 1 : 1;
    post.parts = calloc(parts, sizeof *post.parts);
    post.sources = calloc(parts, sizeof *post.sources);
    if (!post.taken || !post.parts || !post.sources) {
        sync_post_finish(&post);
        return err_no_memory(MODULE);
    }
    post.parts[post.part_count++] = (struct http_part){
        .name = "xml_submission_file",
        .filename = "submission.xml",
        .content_type = "text/xml",
        .size = (int64_t)parcel->manifest.length,
        .bytes = parcel->manifest.data,
    };
    for (size_t i = 0; i < count; i++) {
        if (post.taken[i])
            add_file(parcel, &parcel->files.items[i], &post);
    }
    *out_post = post;
    return err_ok();
}

void sync_post_taken(const struct sync_post *post, struct sync_parcel *parcel)
{
    for (size_t i = 0; i < parcel->files.count; i++)
        parcel->files.items[i].acknowledged |= post->taken[i];
}

void sync_post_finish(struct sync_post *post)
{
    for (size_t i = 0; post->sources && i < post->part_count; i++)
        free(post->sources[i].chunk);
    free(post->parts);
    free(post->sources);
    free(post->taken);
    *post = (struct sync_post){0};
}
