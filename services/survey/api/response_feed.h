// The feed survey.responses, told from the changes as they are stored.

#ifndef VG_SERVICES_SURVEY_API_RESPONSE_FEED_H_
#define VG_SERVICES_SURVEY_API_RESPONSE_FEED_H_

#include "common/feed/feed.h"
#include "services/survey/api/wave_cache.h"
#include "services/survey/storage/response_store.h"

namespace vg::survey {

// Entries hold a serialized ResponseChange without position and time. Borrows both.
feed::ReadBatch ResponseFeed(ResponseStore& responses, WaveCache& waves);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_RESPONSE_FEED_H_
