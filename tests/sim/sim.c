#include "tests/sim/sim.h"
#include "board/base/log.h"
#include "offline/formstore.h"
#include "offline/outbox.h"
#include "offline/sync.h"
#include "tests/offline/cutfs.h"
#include "tests/sim/sim_platform.h"
#include "tests/unit/offline/fixture.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VFS       "simfs"
#define STEPS     40
#define SAVES_MAX (STEPS + 8)
#define HOUR_MS   ((int64_t)60 * 60 * 1000)

struct sim {
    struct dice dice;
    struct clock_fake clock;
    struct cutfs *fs;
    struct sim_platform platform;
    const char *dir;
    struct outbox *kiosk_outbox; /* yizhan-kiosk's */
    struct outbox *sync_outbox;  /* yizhan-sync's */
    struct formstore *forms;
    struct sync *sync;
    struct sync_counts counts;
    char saved[SAVES_MAX][CASE_NUMBER_SIZE];
    int saved_count;
    struct sim_sums *sums;
};

static uint64_t policy_dice(void *context)
{
    return dice_draw(context);
}

/* ---- the two programs ---- */

static void stop_programs(struct sim *sim)
{
    sync_destroy(&sim->sync);
    formstore_close(&sim->forms);
    outbox_close(&sim->sync_outbox);
    outbox_close(&sim->kiosk_outbox);
}

static struct err start_sync(struct sim *sim)
{
    struct outbox_options outbox = {
        .dir = sim->dir, .kiosk_number = 42, .clock = &sim->clock.clock, .vfs = VFS};
    struct formstore_options forms = {.dir = sim->dir, .clock = &sim->clock.clock, .vfs = VFS};
    struct sync_setup setup = {
        .endpoint = ENDPOINT_PLATFORM,
        .url = SIM_URL,
        .http = &sim->platform.http,
        .clock = &sim->clock.clock,
        .temp_dir = sim->dir,
        .policy = policy_default(600),
        .random = policy_dice,
        .random_context = &sim->dice,
    };
    TRY(outbox_open(&outbox, &sim->sync_outbox));
    TRY(formstore_open(&forms, &sim->forms));
    setup.outbox = sim->sync_outbox;
    setup.forms = sim->forms;
    TRY(sync_create(&setup, &sim->sync));
    return sync_start(sim->sync);
}

static struct err start_programs(struct sim *sim)
{
    struct outbox_options outbox = {
        .dir = sim->dir, .kiosk_number = 42, .clock = &sim->clock.clock, .vfs = VFS};
    TRY(outbox_open(&outbox, &sim->kiosk_outbox));
    return start_sync(sim);
}

/* systemd: what cannot start is started again. */
static void restart(struct sim *sim)
{
    struct err e = err_make(ERR_RETRY, "sim", 0, "not started");
    for (int i = 0; i < 5 && err_is(&e); i++) {
        stop_programs(sim);
        if (cutfs_is_off(sim->fs))
            cutfs_power_on(sim->fs);
        e = start_programs(sim);
    }
    if (err_is(&e))
        log_err("sim", &e);
    sim->sums->stuck += err_is(&e);
}

/* ---- what happens ---- */

static void citizen_saves(struct sim *sim)
{
    static const size_t sizes[] = {0, 500, 9000, 70000}; /* within a budget, over the small one, two chunks */
    char number[CASE_NUMBER_SIZE];
    size_t size = sizes[dice_below(&sim->dice, 4)];
    if (sim->saved_count == SAVES_MAX)
        return;
    struct err e = fixture_save(sim->kiosk_outbox, size, number);
    if (err_is(&e))
        return; /* the screen says so; the citizen comes again */
    for (int i = 0; i < sim->saved_count; i++)
        sim->sums->numbers_repeated += strcmp(sim->saved[i], number) == 0;
    memcpy(sim->saved[sim->saved_count++], number, sizeof number);
    sim->sums->saved++;
}

static void sync_turn(struct sim *sim)
{
    int purged = 0;
    struct err e = sync_run(sim->sync, dice_one_in(&sim->dice, 4) ? SYNC_NOW : SYNC_WHEN_DUE, &sim->counts);
    if (!err_is(&e))
        e = outbox_sweep(sim->sync_outbox, &purged);
    if (err_is(&e))
        log_err("sim", &e);
}

static void time_passes(struct sim *sim)
{
    int64_t shift = (int64_t)10 * 365 * 24 * HOUR_MS;
    if (dice_one_in(&sim->dice, 12)) { /* the battery of the clock */
        sim->clock.wall_now_ms += dice_one_in(&sim->dice, 2) ? -shift : shift;
        sim->sums->clock_jumps++;
    }
    clock_fake_advance(&sim->clock,
                       dice_below(&sim->dice, dice_one_in(&sim->dice, 5) ? 72 * HOUR_MS : HOUR_MS / 2));
}

/* From some write of the near future on nothing works any more; noticed by look_after_disk. */
static void power_will_go(struct sim *sim)
{
    cutfs_arm(sim->fs, 1 + dice_below(&sim->dice, 150), 0, 0);
}

static void disk_will_fail_once(struct sim *sim)
{
    static const int codes[] = {SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC};
    cutfs_arm(sim->fs, 0, 1 + dice_below(&sim->dice, 60), codes[dice_below(&sim->dice, 3)]);
    sim->sums->disk_faults++;
}

static void technician_comes(struct sim *sim)
{
    struct outbox_list parked = {0};
    struct err e = outbox_list(sim->kiosk_outbox, 1u << OUTBOX_PARKED, 0, 100, &parked);
    for (size_t i = 0; !err_is(&e) && i < parked.count; i++)
        e = outbox_release(sim->kiosk_outbox, parked.items[i].row);
    outbox_list_finish(&parked);
}

static void programs_die(struct sim *sim)
{
    stop_programs(sim);
    sim->sums->crashes++;
    restart(sim);
}

static void look_after_disk(struct sim *sim)
{
    if (!cutfs_is_off(sim->fs))
        return;
    stop_programs(sim);
    if (dice_one_in(&sim->dice, 2)) {
        cutfs_power_on(sim->fs);
        sim->sums->power_cuts++;
    } else {
        cutfs_restart(sim->fs); /* kill -9 in the middle of a transaction */
        sim->sums->crashes++;
    }
    restart(sim);
}

static void toggle_platform(struct sim *sim)
{
    sim->platform.is_down = !sim->platform.is_down;
}

static void step(struct sim *sim)
{
    static const struct {
        int weight;
        void (*happens)(struct sim *sim);
    } table[] = {
        {8, citizen_saves},       {10, sync_turn},       {7, time_passes},  {2, power_will_go},
        {1, disk_will_fail_once}, {1, technician_comes}, {1, programs_die}, {2, toggle_platform},
    };
    int64_t at = dice_below(&sim->dice, 32);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        at -= table[i].weight;
        if (at < 0) {
            table[i].happens(sim);
            break;
        }
    }
    look_after_disk(sim);
}

/* ---- what must hold ---- */

/* Everything is mended and time passes; nobody restarts anything. */
static void mend(struct sim *sim)
{
    struct outbox_counts counts = {.waiting = 1};
    cutfs_restart(sim->fs);
    sim->platform.chaos = sim->platform.is_down = false;
    for (int day = 0; day < 60 && counts.waiting + counts.in_state[OUTBOX_PARKED] > 0; day++) {
        technician_comes(sim);
        clock_fake_advance(&sim->clock, 24 * HOUR_MS);
        struct err e = sync_run(sim->sync, SYNC_WHEN_DUE, &sim->counts);
        if (!err_is(&e))
            e = outbox_count(sim->kiosk_outbox, &counts);
        if (err_is(&e))
            log_err("sim", &e);
    }
    sim->sums->stuck += counts.waiting + counts.in_state[OUTBOX_PARKED];
}

static bool platform_has(const struct sim *sim, const char *number)
{
    const struct sim_record *record = sim_platform_find(&sim->platform, number);
    return record && record->has_xml && record->has_portrait;
}

static void check_purged(struct sim *sim)
{
    struct outbox_list list = {0};
    struct err e =
        outbox_list(sim->kiosk_outbox, 1u << OUTBOX_PURGED | 1u << OUTBOX_DELIVERED, 0, 1000, &list);
    sim->sums->stuck += err_is(&e);
    for (size_t i = 0; i < list.count; i++)
        sim->sums->purged_early += !platform_has(sim, list.items[i].number);
    outbox_list_finish(&list);
}

static void check(struct sim *sim)
{
    check_purged(sim);
    mend(sim);
    check_purged(sim);
    for (int i = 0; i < sim->saved_count; i++)
        sim->sums->lost += !platform_has(sim, sim->saved[i]);
    sim->sums->altered += sim->platform.altered;
    sim->sums->delivered += sim->platform.record_count;
    sim->sums->network_faults += sim->platform.faults;
    sim->sums->quarantined += outbox_quarantine(sim->kiosk_outbox)[0] != 0;
}

static int64_t violations(const struct sim_sums *s)
{
    return s->lost + s->altered + s->purged_early + s->numbers_repeated + s->stuck + s->quarantined;
}

static void remove_number_file(const char *dir)
{
    char path[256];
    snprintf(path, sizeof path, "%s/number.high", dir);
    unlink(path);
}

struct cutfs *sim_format(const char *dir)
{
    const struct clock *clock = clock_system();
    struct cutfs *fs = cutfs_create(VFS "-formatted", 1);
    struct outbox_options for_outbox = {
        .dir = dir, .kiosk_number = 42, .clock = clock, .vfs = VFS "-formatted"};
    struct formstore_options for_forms = {.dir = dir, .clock = clock, .vfs = VFS "-formatted"};
    struct outbox *outbox = NULL;
    struct formstore *forms = NULL;
    struct err e = outbox_open(&for_outbox, &outbox);
    if (!err_is(&e))
        e = formstore_open(&for_forms, &forms);
    if (err_is(&e))
        abort();
    formstore_close(&forms);
    outbox_close(&outbox);
    return fs;
}

bool sim_run(uint64_t seed, const char *dir, const struct cutfs *formatted, struct sim_sums *sums)
{
    struct sim *sim = calloc(1, sizeof *sim);
    if (!sim)
        abort();
    int64_t before = violations(sums);
    sim->dice.state = seed;
    sim->dir = dir;
    sim->sums = sums;
    sim->fs = cutfs_create(VFS, dice_draw(&sim->dice));
    if (!dice_one_in(&sim->dice, 4)) /* else this kiosk's first hour is part of the story */
        cutfs_copy(sim->fs, formatted);
    clock_fake_init(&sim->clock, FIXTURE_NOW_MS);
    sim_platform_init(&sim->platform, &sim->dice, &sim->clock);
    sim->platform.chaos = true;
    remove_number_file(dir);
    restart(sim);
    for (int i = 0; i < STEPS; i++)
        step(sim);
    check(sim);
    stop_programs(sim);
    cutfs_destroy(&sim->fs);
    free(sim);
    sums->runs++;
    return violations(sums) == before;
}
