/* What the platform has, as a county would read it: envelopes opened, fields named. New references. */
#ifndef YIZHAN_TESTS_PLATFORM_VIEW_H
#define YIZHAN_TESTS_PLATFORM_VIEW_H

#include "tests/platform/platform.h"

#include <jansson.h>

/*
 * A list in order of arrival: {"instance_id","form_id","version","project","received","encrypted","complete",
 * "opened","error","fields":{path:
 * value},"media":[{"name","size"}],"missing":[name],"posts","repeats","conflicts"}. fields and media are of
 * the opened submission when it was encrypted and opens.
 */
json_t *view_submissions(struct platform *platform);

/* duplicates: applications that arrived under more than one instanceID (the same case_number twice). */
json_t *view_counts(struct platform *platform);

#endif
