/*
 * Build tool, runs on the building machine: pack DATA_FOLDER COMMON.txt OUT
 *
 * DATA_FOLDER holds one JSON file for each character, as the npm package hanzi-writer-data has them; of each
 * only "medians" is read: strokes as lists of [x, y], y upwards. COMMON.txt holds the code points of the
 * national list in its order, one hexadecimal number a line.
 */
#include "assets/hand/medians.h"
#include "ui/hand_file.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHARACTERS_MAX = 16384, COMMON_MAX = 8192 };
enum { FIRST_LEVEL = 3500, SECOND_LEVEL = 6500 };

struct pack {
    uint32_t common[COMMON_MAX];
    size_t common_count;
    size_t count;
    struct hand_character characters[CHARACTERS_MAX];
    struct hand_shape shapes[CHARACTERS_MAX];
};

static void die(const char *what, const char *name)
{
    fprintf(stderr, "hand/pack: %s: %s\n", what, name);
    exit(1);
}

static void read_common(struct pack *pack, const char *path)
{
    FILE *file = fopen(path, "r");
    char line[32];
    if (!file)
        die("cannot read", path);
    while (pack->common_count < COMMON_MAX && fgets(line, sizeof line, file))
        pack->common[pack->common_count++] = (uint32_t)strtoul(line, NULL, 16);
    fclose(file);
}

static uint32_t rarity_of(const struct pack *pack, uint32_t code_point)
{
    for (size_t i = 0; i < pack->common_count; i++)
        if (pack->common[i] == code_point)
            return i < FIRST_LEVEL ? 0 : i < SECOND_LEVEL ? 1 : 2;
    return 3;
}

/* The one character a file is named after, 0 for other files. */
static uint32_t character_of(const char *name)
{
    const unsigned char *u = (const unsigned char *)name;
    uint32_t c = 0;
    size_t length = u[0] >= 0xF0 ? 4 : u[0] >= 0xE0 ? 3 : 0;
    if (length == 0 || strlen(name) < length || strcmp(name + length, ".json") != 0)
        return 0;
    c = u[0] & (length == 4 ? 0x07u : 0x0Fu);
    for (size_t i = 1; i < length; i++)
        c = c << 6 | (u[i] & 0x3Fu);
    return c;
}

static void add(struct pack *pack, const char *folder, const char *name)
{
    static struct medians medians;
    char path[1024];
    uint32_t code_point = character_of(name);
    if (code_point == 0 || pack->count == CHARACTERS_MAX)
        return;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (!medians_read(path, &medians))
        die("no medians in", path);
    pack->characters[pack->count] = (struct hand_character){code_point, rarity_of(pack, code_point)};
    hand_shape_make(medians.points, medians.counts, medians.stroke_count, &pack->shapes[pack->count++]);
}

static void write_out(const struct pack *pack, const char *path)
{
    struct hand_header header = {.count = (uint32_t)pack->count, .shape_size = sizeof(struct hand_shape)};
    memcpy(header.magic, HAND_MAGIC, sizeof header.magic);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(&header, sizeof header, 1, file) != 1 ||
        fwrite(pack->characters, sizeof pack->characters[0], pack->count, file) != pack->count ||
        fwrite(pack->shapes, sizeof pack->shapes[0], pack->count, file) != pack->count || fclose(file) != 0)
        die("cannot write", path);
}

int main(int argc, char **argv)
{
    struct dirent **names;
    struct pack *pack = calloc(1, sizeof *pack);
    if (argc != 4 || !pack)
        die("usage", "pack DATA_FOLDER COMMON.txt OUT");
    read_common(pack, argv[2]);
    int count = scandir(argv[1], &names, NULL, alphasort); /* sorted: the same file on every machine */
    if (count < 0)
        die("cannot list", argv[1]);
    for (int i = 0; i < count; i++)
        add(pack, argv[1], names[i]->d_name);
    if (pack->count < 9000)
        die("too few characters in", argv[1]);
    write_out(pack, argv[3]);
    return 0;
}
