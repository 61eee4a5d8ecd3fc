/* The outbox's schema, one step per released version. A step is never edited after its release: add the next
 * one. */
#include "offline/outbox_internal.h"

static const char schema_1[] =
    /* sequence: the last number handed out; reserved: how far the file number.high already says so. */
    "CREATE TABLE kiosk(id INTEGER PRIMARY KEY CHECK(id = 1), sequence INTEGER NOT NULL, reserved INTEGER "
    "NOT NULL);"
    /* The case line; what is sealed hangs below it and goes at the purge. instance: bare lower-case UUID. */
    "CREATE TABLE submission("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT NOT NULL UNIQUE, instance TEXT NOT NULL UNIQUE,"
    " instance_id TEXT NOT NULL, endpoint INTEGER NOT NULL, form_id TEXT NOT NULL, form_version TEXT NOT "
    "NULL,"
    " title TEXT NOT NULL, card BLOB, state INTEGER NOT NULL, xml_acknowledged INTEGER NOT NULL DEFAULT 0,"
    " saved_ms INTEGER NOT NULL, trust INTEGER NOT NULL, delivered_ms INTEGER NOT NULL DEFAULT 0,"
    " not_before_ms INTEGER NOT NULL DEFAULT 0, retried_ms INTEGER NOT NULL DEFAULT 0,"
    " attempts INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL, print INTEGER NOT NULL,"
    " reason TEXT NOT NULL DEFAULT '');"
    "CREATE INDEX submission_due ON submission(endpoint, state, xml_acknowledged, id);"
    "CREATE INDEX submission_state ON submission(state, id);"
    "CREATE INDEX submission_card ON submission(card) WHERE card IS NOT NULL;"
    "CREATE INDEX submission_print ON submission(print) WHERE print = 1;"
    "CREATE TABLE manifest(submission INTEGER PRIMARY KEY REFERENCES submission(id) ON DELETE CASCADE,"
    " xml BLOB NOT NULL);"
    "CREATE TABLE media(submission INTEGER NOT NULL REFERENCES submission(id) ON DELETE CASCADE,"
    " position INTEGER NOT NULL, name TEXT NOT NULL, is_xml INTEGER NOT NULL, size INTEGER NOT NULL,"
    " acknowledged INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(submission, position)) WITHOUT ROWID;"
    "CREATE TABLE chunk(id INTEGER PRIMARY KEY, submission INTEGER NOT NULL REFERENCES submission(id) ON "
    "DELETE CASCADE,"
    " position INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, UNIQUE(submission, position, "
    "number));"
    "CREATE TABLE attempt(id INTEGER PRIMARY KEY, submission INTEGER NOT NULL REFERENCES submission(id)"
    " ON DELETE CASCADE, at_ms INTEGER NOT NULL, http_status INTEGER NOT NULL, bytes_sent INTEGER NOT NULL,"
    " platform_date_ms INTEGER NOT NULL, reason TEXT NOT NULL);"
    "CREATE INDEX attempt_submission ON attempt(submission);"
    "CREATE TABLE event(id INTEGER PRIMARY KEY, submission INTEGER NOT NULL REFERENCES submission(id)"
    " ON DELETE CASCADE, at_ms INTEGER NOT NULL, from_state INTEGER NOT NULL, to_state INTEGER NOT NULL,"
    " cause TEXT NOT NULL);"
    "CREATE INDEX event_submission ON event(submission);"
    "CREATE TABLE link(endpoint INTEGER PRIMARY KEY, state INTEGER NOT NULL, changed_ms INTEGER NOT NULL,"
    " last_contact_ms INTEGER NOT NULL, last_pull_ms INTEGER NOT NULL, next_try_ms INTEGER NOT NULL,"
    " wait_ms INTEGER NOT NULL, next_pull_ms INTEGER NOT NULL, failures INTEGER NOT NULL, reason TEXT NOT "
    "NULL);";

/* The service's name is not kept: who steals the disk reads form ids, which manifests name anyway, no more.
 */
static const char schema_2[] = "ALTER TABLE submission DROP COLUMN title;";

/* Whose outbox it is: what the kiosk writes of itself has no number that says so. */
static const char schema_3[] =
    "CREATE TABLE owner(id INTEGER PRIMARY KEY CHECK(id = 1), kiosk INTEGER NOT NULL);"
    "INSERT INTO owner(id, kiosk) SELECT 1, CAST(substr(number, 1, 4) AS INTEGER) FROM submission"
    " WHERE number GLOB '[0-9]*' ORDER BY id DESC LIMIT 1;";

/* Which applications were taken back here, by another one. */
static const char schema_4[] = "ALTER TABLE submission ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;";

const char *const outbox_migrations[] = {schema_1, schema_2, schema_3, schema_4};
const int outbox_migration_count = sizeof outbox_migrations / sizeof outbox_migrations[0];
