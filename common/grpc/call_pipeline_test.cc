#include "common/grpc/call_pipeline.h"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "grpcpp/impl/codegen/method_handler.h"
#include "gtest/gtest.h"

#include "common/concurrency/blocking.h"
#include "common/grpc/status.h"
#include "common/grpc/test_registry.h"
#include "common/status/status_macros.h"
#include "common/testing/inline_executor.h"
#include "common/testing/status_matchers.h"
#include "common/testing/wait_until.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kLabels[] =
    "grpc_method=\"GetSchool\",grpc_service=\"voortgang.registry.v1.RegistryService\","
    "grpc_type=\"unary\"";

class CallPipelineTest : public testing::Test {
 protected:
  absl::Status GetSchool(TestServer& server, const v1::GetSchoolRequest& request) {
    grpc::ClientContext context;
    v1::School school;
    return FromGrpcStatus(server.stub().GetSchool(&context, request, &school));
  }

  LogLines log_;
};

TEST_F(CallPipelineTest, AnswersWithTheHandlersResponseAndTheRequestId) {
  TestServer server;
  grpc::ClientContext context;
  context.AddMetadata("x-request-id", "from-the-caller");
  v1::School school;
  ASSERT_TRUE(server.stub().GetSchool(&context, SchoolRequest(), &school).ok());
  EXPECT_EQ(school.name(), "snapshots/2021/schools/16SW03");
  EXPECT_EQ(context.GetServerTrailingMetadata().find("x-request-id")->second, "from-the-caller");
}

TEST_F(CallPipelineTest, MakesARequestIdWhereThereIsNoneOrAnUnusableOne) {
  TestServer server;
  grpc::ClientContext context;
  context.AddMetadata("x-request-id", "not usable");
  v1::School school;
  ASSERT_TRUE(server.stub().GetSchool(&context, SchoolRequest(), &school).ok());
  EXPECT_EQ(context.GetServerTrailingMetadata().find("x-request-id")->second.size(), 32);
}

TEST_F(CallPipelineTest, StaysInTheCallersTrace) {
  TestServer server;
  std::string traceparent;
  server.service().get_school = [&](Call& call, const auto&, auto&) {
    traceparent = call.traceparent();
    return absl::OkStatus();
  };
  grpc::ClientContext context;
  context.AddMetadata("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  v1::School school;
  ASSERT_TRUE(server.stub().GetSchool(&context, SchoolRequest(), &school).ok());
  EXPECT_EQ(traceparent.substr(0, 36), "00-0af7651916cd43dd8448eb211c80319c-");
  EXPECT_EQ(traceparent.substr(52), "-01");
  EXPECT_THAT(log_.text(), HasSubstr(R"("trace_id":"0af7651916cd43dd8448eb211c80319c")"));
  EXPECT_THAT(log_.text(), HasSubstr(absl::StrCat(R"("span_id":")", traceparent.substr(36, 16),
                                                  R"(","parent_span_id":"b7ad6b7169203331")")));
}

TEST_F(CallPipelineTest, RefusesABadRequestWithEveryViolationOnTheWire) {
  TestServer server;
  bool handled = false;
  server.service().get_school = [&](Call&, const auto&, auto&) {
    handled = true;
    return absl::OkStatus();
  };
  grpc::ClientContext context;
  v1::School school;
  const grpc::Status status = server.stub().GetSchool(&context, v1::GetSchoolRequest(), &school);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "name: must be set");
  google::rpc::Status wire;
  ASSERT_TRUE(wire.ParseFromString(status.error_details()));
  ASSERT_EQ(wire.details_size(), 3);
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad;
  google::rpc::RequestInfo request;
  ASSERT_TRUE(wire.details(0).UnpackTo(&info));
  ASSERT_TRUE(wire.details(1).UnpackTo(&bad));
  ASSERT_TRUE(wire.details(2).UnpackTo(&request));
  EXPECT_EQ(info.reason(), "REQUIRED");
  EXPECT_EQ(info.domain(), "voortgang");
  EXPECT_EQ(bad.field_violations(0).field(), "name");
  EXPECT_EQ(request.request_id(), context.GetServerTrailingMetadata().find("x-request-id")->second);
  EXPECT_FALSE(handled);
}

TEST_F(CallPipelineTest, RefusesAtOnceWhenTheExecutorIsFull) {
  FullExecutor full;
  TestServer server({.unary_executor = &full});
  const absl::Status status = GetSchool(server, SchoolRequest());
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(DetailsOf(status).reason, "OVERLOADED");
  EXPECT_EQ(DetailsOf(status).retry_after, absl::Seconds(2));
}

TEST_F(CallPipelineTest, TellsInternalTextsToTheLogAndNotToTheCaller) {
  TestServer server;
  server.service().get_school = [](Call&, const auto&, auto&) {
    return absl::InternalError("no such table: secret");
  };
  const absl::Status status = GetSchool(server, SchoolRequest());
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal, Not(HasSubstr("secret"))));
  const std::string id = DetailsOf(status).metadata.at("request_id");
  EXPECT_THAT(std::string(status.message()), HasSubstr(id));
  EXPECT_THAT(log_.text(), HasSubstr("no such table: secret"));
  EXPECT_THAT(log_.text(), HasSubstr(absl::StrCat(R"("request_id":")", id, "\"")));
  EXPECT_THAT(log_.text(), HasSubstr(R"("severity":"ERROR")"));
}

TEST_F(CallPipelineTest, TurnsAnExceptionIntoAnInternalError) {
  TestServer server;
  server.service().get_school = [](Call&, const auto&, auto&) -> absl::Status {
    throw std::runtime_error("from a library");
  };
  EXPECT_THAT(GetSchool(server, SchoolRequest()), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(log_.text(), HasSubstr("from a library"));
}

TEST_F(CallPipelineTest, AddsTheRequestIdToWhatTheHandlerLogs) {
  TestServer server;
  server.service().get_school = [](Call&, const auto&, auto&) {
    LOG(INFO) << "inside";
    return absl::OkStatus();
  };
  grpc::ClientContext context;
  context.AddMetadata("x-request-id", "r-77");
  v1::School school;
  ASSERT_TRUE(server.stub().GetSchool(&context, SchoolRequest(), &school).ok());
  EXPECT_THAT(log_.text(), HasSubstr(R"("message":"inside","request_id":"r-77")"));
}

TEST_F(CallPipelineTest, WritesOneAccessLinePerCall) {
  TestServer server;
  ASSERT_THAT(GetSchool(server, SchoolRequest()), IsOk());
  EXPECT_THAT(log_.text(),
              HasSubstr(R"("method":"/voortgang.registry.v1.RegistryService/GetSchool",)"
                        R"("code":"OK","duration_ms":)"));
}

TEST_F(CallPipelineTest, TellsTheHandlerThatTheDeadlineHasPassed) {
  absl::Notification ended;
  absl::Status seen;
  TestServer server;
  server.service().get_school = [&](Call& call, const auto&, auto&) {
    seen = call.Wait(absl::Minutes(1));
    ended.Notify();
    return seen;
  };
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(50));
  v1::School school;
  EXPECT_EQ(server.stub().GetSchool(&context, SchoolRequest(), &school).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  ended.WaitForNotification();
  EXPECT_THAT(seen, StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(CallPipelineTest, CapsTheDeadlineOfACallerWhoSetsNone) {
  TestServer server({.unary_deadline = absl::Milliseconds(20)});
  server.service().get_school = [](Call& call, const auto&, auto&) {
    return call.Wait(absl::Minutes(1));
  };
  EXPECT_THAT(GetSchool(server, SchoolRequest()), StatusIs(absl::StatusCode::kDeadlineExceeded));
  server.calls().SetUnaryDeadline("GetSchool", absl::Hours(1));
  absl::Time deadline;
  server.service().get_school = [&](Call& call, const auto&, auto&) {
    deadline = call.deadline();
    return absl::OkStatus();
  };
  EXPECT_THAT(GetSchool(server, SchoolRequest()), IsOk());
  EXPECT_GT(deadline, absl::Now() + absl::Minutes(59));
}

TEST_F(CallPipelineTest, DoesNotBeginACallWhoseCallerLeftTheQueue) {
  BoundedExecutor one({.name = "one", .threads = 1, .queue_depth = 4});
  absl::Notification occupied;
  absl::Notification release;
  ASSERT_TRUE(one.TrySubmit([&] {
    occupied.Notify();
    release.WaitForNotification();
  }));
  occupied.WaitForNotification();
  std::atomic<int> handled = 0;
  {
    TestServer server({.unary_executor = &one});
    server.service().get_school = [&](Call&, const auto&, auto&) {
      ++handled;
      return absl::OkStatus();
    };
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(20));
    v1::School school;
    EXPECT_FALSE(server.stub().GetSchool(&context, SchoolRequest(), &school).ok());
    release.Notify();
  }
  EXPECT_EQ(handled, 0);
}

TEST_F(CallPipelineTest, RefusesAMessageThatIsTooLargeWithAReason) {
  TestServer server({.max_message_bytes = 1000});
  v1::GetSchoolRequest request;
  request.set_name(std::string(2000, 'x'));
  const absl::Status status = GetSchool(server, request);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1000 bytes")));
  EXPECT_EQ(DetailsOf(status).reason, "MESSAGE_TOO_LARGE");
  EXPECT_EQ(DetailsOf(status).metadata.at("max_bytes"), "1000");
}

TEST_F(CallPipelineTest, LeavesAMessageAboveTheTransportsLimitToGrpc) {
  TestServer server({}, /*grpc_max_message_bytes=*/1000);
  v1::GetSchoolRequest request;
  request.set_name(std::string(2000, 'x'));
  EXPECT_THAT(GetSchool(server, request),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("larger than max")));
}

TEST_F(CallPipelineTest, CountsCallsByMethodAndCode) {
  TestServer server;
  EXPECT_THAT(server.metrics().Text(),
              HasSubstr(absl::StrCat("grpc_server_handled_total{grpc_code=\"NotFound\",", kLabels,
                                     "} 0\n")));
  ASSERT_THAT(GetSchool(server, SchoolRequest()), IsOk());
  server.service().get_school = [](Call&, const auto& request, auto&) {
    return NotFound(request.name());
  };
  EXPECT_THAT(GetSchool(server, SchoolRequest()), StatusIs(absl::StatusCode::kNotFound));
  const std::string text = server.metrics().Text();
  EXPECT_THAT(text, HasSubstr(absl::StrCat("grpc_server_started_total{", kLabels, "} 2\n")));
  EXPECT_THAT(text, HasSubstr(absl::StrCat("grpc_server_handled_total{grpc_code=\"OK\",", kLabels,
                                           "} 1\n")));
  EXPECT_THAT(text, HasSubstr(absl::StrCat("grpc_server_handled_total{grpc_code=\"NotFound\",",
                                           kLabels, "} 1\n")));
  EXPECT_THAT(text,
              HasSubstr(absl::StrCat("grpc_server_handling_seconds_count{", kLabels, "} 2\n")));
  EXPECT_THAT(text, HasSubstr(absl::StrCat("grpc_server_msg_received_total{", kLabels, "} 2\n")));
  EXPECT_THAT(text, HasSubstr(absl::StrCat("grpc_server_msg_sent_total{", kLabels, "} 1\n")));
}

TEST_F(CallPipelineTest, KeepsItsSeriesWhateverMethodNamesAreMadeUp) {
  TestServer server;
  const auto lines = [&] {
    const std::string text = server.metrics().Text();
    return std::count(text.begin(), text.end(), '\n');
  };
  const auto before = lines();
  const std::unique_ptr<v1::RegistryService::Stub> stub =
      v1::RegistryService::NewStub(server.channel());
  for (int i = 0; i < 20; ++i) {
    grpc::ClientContext context;
    const std::string name = absl::StrCat("/made.up.Service/Method", i);
    const grpc::internal::RpcMethod method(name.c_str(), grpc::internal::RpcMethod::NORMAL_RPC);
    v1::School school;
    const grpc::Status status = grpc::internal::BlockingUnaryCall<v1::GetSchoolRequest, v1::School,
                                                                  google::protobuf::MessageLite,
                                                                  google::protobuf::MessageLite>(
        server.channel().get(), method, &context, SchoolRequest(), &school);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
    EXPECT_EQ(DetailsOf(FromGrpcStatus(status)).reason, "UNKNOWN_METHOD");
  }
  EXPECT_EQ(lines(), before);
  EXPECT_THAT(server.metrics().Text(),
              HasSubstr("grpc_server_handled_total{grpc_code=\"Unimplemented\",grpc_method="
                        "\"unknown\",grpc_service=\"unknown\",grpc_type=\"unary\"} 20\n"));
}

TEST_F(CallPipelineTest, StreamsWhatTheHandlerWritesInOrder) {
  TestServer server;
  server.service().export_schools = [](Call&, const auto&,
                                       Writer<v1::ExportSchoolsResponse>& writer) {
    for (int i = 0; i < 1000; ++i) {
      v1::ExportSchoolsResponse response;
      response.add_schools()->set_name(std::to_string(i));
      RETURN_IF_ERROR(writer.Write(response));
    }
    return NotFound("the rest");
  };
  grpc::ClientContext context;
  const auto reader = server.stub().ExportSchools(&context, ExportRequest());
  v1::ExportSchoolsResponse response;
  int count = 0;
  while (reader->Read(&response)) {
    ASSERT_EQ(response.schools(0).name(), std::to_string(count++));
  }
  EXPECT_EQ(count, 1000);
  EXPECT_THAT(FromGrpcStatus(reader->Finish()), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(CallPipelineTest, AWriterWaitsForItsReader) {
  std::atomic<int> written = 0;
  TestServer server;
  server.service().export_schools = [&](Call&, const auto&,
                                        Writer<v1::ExportSchoolsResponse>& writer) {
    for (int i = 0; i < 100; ++i) {
      v1::ExportSchoolsResponse response;
      response.add_schools()->set_name(std::string(100'000, 'x'));
      RETURN_IF_ERROR(writer.Write(std::move(response)));
      ++written;
    }
    return absl::OkStatus();
  };
  grpc::ClientContext context;
  const auto reader = server.stub().ExportSchools(&context, ExportRequest());
  v1::ExportSchoolsResponse response;
  for (int read = 1; reader->Read(&response); ++read) {
    ASSERT_THAT(written, Le(read + 3));
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(written, 100);
}

TEST_F(CallPipelineTest, AWriterLearnsThatItsReaderIsGone) {
  absl::Notification ended;
  absl::Status seen;
  TestServer server;
  server.service().export_schools = [&](Call&, const auto&,
                                        Writer<v1::ExportSchoolsResponse>& writer) {
    do {
      v1::ExportSchoolsResponse response;
      response.add_schools();
      seen = writer.Write(response);
    } while (seen.ok());
    ended.Notify();
    return seen;
  };
  grpc::ClientContext context;
  const auto reader = server.stub().ExportSchools(&context, ExportRequest());
  v1::ExportSchoolsResponse response;
  ASSERT_TRUE(reader->Read(&response));
  context.TryCancel();
  ended.WaitForNotification();
  EXPECT_THAT(seen, StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(CallPipelineTest, ADrainEndsEndlessStreamsAndThoseThatComeLater) {
  absl::Notification stopped;
  TestServer server;
  server.service().export_schools = [&](Call& call, const auto&,
                                        Writer<v1::ExportSchoolsResponse>& writer) {
    const std::stop_callback callback(call.stop_token(), [&] {
      if (!stopped.HasBeenNotified()) stopped.Notify();
    });
    v1::ExportSchoolsResponse response;
    response.add_schools();
    RETURN_IF_ERROR(writer.Write(response));
    stopped.WaitForNotification();
    return call.Wait(absl::InfiniteDuration());
  };
  grpc::ClientContext context;
  const auto reader = server.stub().ExportSchools(&context, ExportRequest());
  v1::ExportSchoolsResponse response;
  ASSERT_TRUE(reader->Read(&response));
  server.calls().Drain();
  EXPECT_FALSE(reader->Read(&response));
  const absl::Status status = FromGrpcStatus(reader->Finish());
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(DetailsOf(status).reason, "DRAINING");

  grpc::ClientContext later;
  EXPECT_THAT(FromGrpcStatus(server.stub().ExportSchools(&later, ExportRequest())->Finish()),
              StatusIs(absl::StatusCode::kUnavailable));
}

v1::ImportSnapshotRequest Chunk(const std::string& file) {
  v1::ImportSnapshotRequest request;
  request.mutable_chunk()->set_file_name(file);
  return request;
}

// Answers every piece with the number of pieces so far.
absl::Status CountPieces(Call&, TestRegistry::Import& stream) {
  for (int count = 1;; ++count) {
    ASSIGN_OR_RETURN(const auto* const request, stream.Read());
    if (request == nullptr) return absl::OkStatus();
    v1::ImportSnapshotResponse response;
    response.mutable_progress()->set_done(count);
    RETURN_IF_ERROR(stream.Write(response));
  }
}

TEST_F(CallPipelineTest, ReadsAndWritesAStreamOfBothDirections) {
  TestServer server;
  server.service().import_snapshot = CountPieces;
  grpc::ClientContext context;
  const auto stream = server.stub().ImportSnapshot(&context);
  v1::ImportSnapshotResponse response;
  for (int i = 1; i <= 100; ++i) {
    ASSERT_TRUE(stream->Write(Chunk(std::to_string(i))));
    ASSERT_TRUE(stream->Read(&response));
    ASSERT_EQ(response.progress().done(), i);
  }
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_THAT(server.metrics().Text(),
              HasSubstr("grpc_server_msg_received_total{grpc_method=\"ImportSnapshot\","
                        "grpc_service=\"voortgang.registry.v1.RegistryService\","
                        "grpc_type=\"bidi_stream\"} 100\n"));
}

TEST_F(CallPipelineTest, NamesTheMessageOfAStreamThatBreaksTheRules) {
  TestServer server;
  server.service().import_snapshot = CountPieces;
  grpc::ClientContext context;
  const auto stream = server.stub().ImportSnapshot(&context);
  stream->Write(Chunk("a.csv"));
  stream->Write(Chunk(""));
  stream->WritesDone();
  v1::ImportSnapshotResponse response;
  EXPECT_TRUE(stream->Read(&response));
  EXPECT_FALSE(stream->Read(&response));
  const absl::Status status = FromGrpcStatus(stream->Finish());
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(DetailsOf(status).violations.at(0).field, "messages[1].chunk.file_name");
}

TEST_F(CallPipelineTest, EndsAStreamWhoseCallerFallsSilent) {
  TestServer server({.stream_idle = absl::Milliseconds(20)});
  server.service().import_snapshot = CountPieces;
  grpc::ClientContext context;
  const auto stream = server.stub().ImportSnapshot(&context);
  ASSERT_TRUE(stream->Write(Chunk("a.csv")));
  v1::ImportSnapshotResponse response;
  while (stream->Read(&response)) {
  }
  const absl::Status status = FromGrpcStatus(stream->Finish());
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(status, HasReason("IDLE_STREAM"));
}

TEST_F(CallPipelineTest, GivesUpAStreamWhoseCallerReadsNothing) {
  absl::Status written;
  absl::Notification ended;
  TestServer server({.stream_idle = absl::Milliseconds(50)});
  server.service().import_snapshot = [&](Call&, TestRegistry::Import& stream) {
    v1::ImportSnapshotResponse large;
    large.mutable_refused()->set_message(std::string(1 << 20, 'x'));
    do {
      written = stream.Write(large);
    } while (written.ok());
    ended.Notify();
    return written;
  };
  grpc::ClientContext context;
  const auto stream = server.stub().ImportSnapshot(&context);
  ASSERT_TRUE(ended.WaitForNotificationWithTimeout(absl::Seconds(20)));
  EXPECT_THAT(written, HasReason("IDLE_STREAM"));
  v1::ImportSnapshotResponse response;
  while (stream->Read(&response)) {
  }
  EXPECT_FALSE(stream->Finish().ok());
}

// The handler is done before its last message is read.
TEST_F(CallPipelineTest, HoldsNoThreadForALastMessageThatNobodyReads) {
  TestServer server({.stream_idle = absl::Milliseconds(50)});
  server.service().import_snapshot = [](Call&, TestRegistry::Import& stream) {
    v1::ImportSnapshotResponse large;
    large.mutable_refused()->set_message(std::string(8 << 20, 'x'));
    return stream.Write(large);
  };
  grpc::ClientContext context;
  const auto stream = server.stub().ImportSnapshot(&context);
  const auto handled = [&] {
    return absl::StrContains(
        server.metrics().Text(),
        "grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"ImportSnapshot\","
        "grpc_service=\"voortgang.registry.v1.RegistryService\","
        "grpc_type=\"bidi_stream\"} 1\n");
  };
  EXPECT_TRUE(WaitUntil(handled));
}

TEST_F(CallPipelineTest, NeverTakesAMessageThatItCannotReadForTheEndOfTheMessages) {
  for (const std::string bytes : {"\xff\xff\xff", "\x12\x05\x0a\x03\xff\xfe\xfd"}) {
    TestServer server;
    server.service().import_snapshot = CountPieces;
    grpc::ClientContext context;
    grpc::GenericStub stub(server.channel());
    grpc::CompletionQueue queue;
    const auto stream =
        stub.PrepareCall(&context, "/voortgang.registry.v1.RegistryService/ImportSnapshot", &queue);
    const auto done = [&queue] {
      void* tag = nullptr;
      bool ok = false;
      return queue.Next(&tag, &ok) && ok;
    };
    const auto send = [&](const std::string& message) {
      const grpc::Slice slice(message);
      stream->Write(grpc::ByteBuffer(&slice, 1), nullptr);
      return done();
    };
    stream->StartCall(nullptr);
    ASSERT_TRUE(done());
    ASSERT_TRUE(send(Chunk("a.csv").SerializeAsString()));
    ASSERT_TRUE(send(bytes));
    grpc::ByteBuffer response;
    do {
      stream->Read(&response, nullptr);
    } while (done());
    grpc::Status status;
    stream->Finish(&status, nullptr);
    ASSERT_TRUE(done());
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(DetailsOf(FromGrpcStatus(status)).reason, "MALFORMED_MESSAGE");
    EXPECT_THAT(status.error_message(), HasSubstr("messages[1] "));
    queue.Shutdown();
  }
}

// gRPC itself would answer UNIMPLEMENTED, without a word.
TEST_F(CallPipelineTest, SaysThatARequestIsNoMessageOfItsMethod) {
  TestServer server;
  for (const char* method : {"GetSchool", "ExportSchools"}) {
    for (const std::string bytes : {"\xff\xff\xff", "\x0a\x03\xff\xfe\xfd"}) {
      const grpc::Slice slice(bytes);
      const grpc::ByteBuffer request(&slice, 1);
      grpc::ByteBuffer response;
      grpc::ClientContext context;
      const std::string path = absl::StrCat("/voortgang.registry.v1.RegistryService/", method);
      const grpc::Status status = grpc::internal::BlockingUnaryCall(
          server.channel().get(),
          grpc::internal::RpcMethod(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC), &context,
          request, &response);
      EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << method;
      EXPECT_EQ(DetailsOf(FromGrpcStatus(status)).reason, "MALFORMED_MESSAGE") << method;
    }
  }
  EXPECT_THAT(server.metrics().Text(),
              HasSubstr("grpc_server_handled_total{grpc_code=\"InvalidArgument\"," +
                        std::string(kLabels) + "} 2\n"));
}

TEST_F(CallPipelineTest, NeverTakesAVanishedCallerForTheEndOfItsMessages) {
  for (int round = 0; round < 50; ++round) {
    absl::Notification ended;
    absl::StatusOr<const v1::ImportSnapshotRequest*> last;
    TestServer server;
    server.service().import_snapshot = [&](Call&, TestRegistry::Import& stream) {
      last = stream.Read();
      const absl::Status answered = stream.Write({});
      while (last.ok() && *last != nullptr) last = stream.Read();
      ended.Notify();
      return last.status();
    };
    grpc::ClientContext context;
    const auto stream =
        v1::RegistryService::NewStub(
            grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials()))
            ->ImportSnapshot(&context);
    ASSERT_TRUE(stream->Write(Chunk("a.csv")));
    v1::ImportSnapshotResponse response;
    ASSERT_TRUE(stream->Read(&response));
    context.TryCancel();
    ended.WaitForNotification();
    EXPECT_THAT(last, StatusIs(absl::StatusCode::kCancelled)) << round;
  }
}

TEST_F(CallPipelineTest, AnotherThreadMayEndAStreamWhoseCallerSendsNothing) {
  TestServer server;
  server.service().import_snapshot = [](Call&, TestRegistry::Import& stream) -> absl::Status {
    std::thread other([&stream] { stream.StopReading(); });
    absl::Status read = stream.Read().status();
    other.join();
    EXPECT_THAT(read, StatusIs(absl::StatusCode::kCancelled));
    EXPECT_THAT(stream.Read(), StatusIs(absl::StatusCode::kCancelled));
    return AlreadyExists("snapshots/2021", "SNAPSHOT_EXISTS", "it is there");
  };
  grpc::ClientContext context;
  const auto stream = server.stub().ImportSnapshot(&context);
  v1::ImportSnapshotResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_THAT(FromGrpcStatus(stream->Finish()), HasReason("SNAPSHOT_EXISTS"));
}

TEST_F(CallPipelineTest, AHandlerMayEndAStreamBeforeItsCallerHasSentAll) {
  TestServer server;
  server.service().import_snapshot = [](Call&, TestRegistry::Import& stream) -> absl::Status {
    RETURN_IF_ERROR(stream.Read().status());
    return AlreadyExists("snapshots/2021", "SNAPSHOT_EXISTS", "it is there");
  };
  grpc::ClientContext context;
  const auto stream = server.stub().ImportSnapshot(&context);
  stream->Write(Chunk("a.csv"));
  v1::ImportSnapshotResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_THAT(FromGrpcStatus(stream->Finish()), HasReason("SNAPSHOT_EXISTS"));
}

TEST_F(CallPipelineTest, AShutdownWaitsForTheCallUnderWay) {
  absl::Notification began;
  absl::Notification release;
  TestServer server;
  server.service().get_school = [&](Call&, const auto&, v1::School& school) {
    began.Notify();
    release.WaitForNotification();
    school.set_name("done");
    return absl::OkStatus();
  };
  v1::School school;
  grpc::Status status;
  std::thread caller([&] {
    grpc::ClientContext context;
    status = v1::RegistryService::NewStub(
                 grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials()))
                 ->GetSchool(&context, SchoolRequest(), &school);
  });
  began.WaitForNotification();
  std::thread shutdown([&] { server.Shutdown(); });
  release.Notify();
  shutdown.join();
  caller.join();
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(school.name(), "done");
}

TEST_F(CallPipelineTest, RefusesNewcomersFromOutsideWhileItWaitsForThoseUnderWay) {
  absl::Notification began;
  absl::Notification release;
  TestServer server;
  server.service().get_school = [&](Call& call, const auto&, auto&) {
    if (call.peer() == kInProcess) return absl::OkStatus();
    began.Notify();
    release.WaitForNotification();
    return absl::OkStatus();
  };
  const auto stub = v1::RegistryService::NewStub(
      grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials()));
  const auto call = [&] {
    grpc::ClientContext context;
    v1::School school;
    return FromGrpcStatus(stub->GetSchool(&context, SchoolRequest(), &school));
  };
  EXPECT_TRUE(server.calls().AwaitOutsideCalls(absl::Now()));
  absl::Status status;
  std::thread caller([&] { status = call(); });
  began.WaitForNotification();
  server.calls().RefuseOutsideCalls();
  EXPECT_THAT(call(), HasReason("DRAINING"));
  EXPECT_THAT(GetSchool(server, SchoolRequest()), IsOk());
  EXPECT_FALSE(server.calls().AwaitOutsideCalls(absl::Now()));
  release.Notify();
  EXPECT_TRUE(server.calls().AwaitOutsideCalls(absl::InfiniteFuture()));
  caller.join();
  EXPECT_THAT(status, IsOk());
}

#ifndef NDEBUG
// A service that forgets the pipeline.
class Hasty final : public v1::RegistryService::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetSchool(grpc::CallbackServerContext* context,
                                      const v1::GetSchoolRequest*, v1::School*) override {
    AssertMayBlock("a transaction");
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

TEST(CallPipelineDeathTest, BlockingOutsideAHandlerEndsADebugBuild) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        Hasty hasty;
        grpc::ServerBuilder builder;
        builder.RegisterService(&hasty);
        const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
        grpc::ClientContext context;
        v1::School school;
        (void)v1::RegistryService::NewStub(server->InProcessChannel({}))
            ->GetSchool(&context, SchoolRequest(), &school);
      },
      "a transaction must not run on a thread of gRPC");
}
#endif

// The suite has no method of this kind; the pipeline knows it all the same.
class Collector final : public grpc::Service {
 public:
  explicit Collector(CallPipeline& calls) : calls_(calls) {
    AddMethod(new grpc::internal::RpcServiceMethod(
        kMethod, grpc::internal::RpcMethod::CLIENT_STREAMING, nullptr));
    MarkMethodCallback(
        0, new grpc::internal::CallbackClientStreamingHandler<v1::ImportSnapshotRequest,
                                                              v1::ImportSnapshotResponse>(
               [this](grpc::CallbackServerContext* context, v1::ImportSnapshotResponse* response) {
                 return calls_.ClientStream<v1::ImportSnapshotRequest, v1::ImportSnapshotResponse>(
                     context, response, Collect, "ImportSnapshot");
               }));
  }

  static constexpr char kMethod[] = "/test.Collector/Collect";

 private:
  static absl::Status Collect(Call&, Reader<v1::ImportSnapshotRequest>& reader,
                              v1::ImportSnapshotResponse& response) {
    for (;;) {
      ASSIGN_OR_RETURN(const auto* const request, reader.Read());
      if (request == nullptr) return absl::OkStatus();
      response.mutable_progress()->set_done(response.progress().done() + 1);
    }
  }

  CallPipeline& calls_;
};

TEST_F(CallPipelineTest, GathersAStreamIntoOneAnswer) {
  TestServer pipeline;
  Collector collector(pipeline.calls());
  grpc::ServerBuilder builder;
  builder.RegisterService(&collector);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  const auto channel = server->InProcessChannel({});
  grpc::ClientContext context;
  v1::ImportSnapshotResponse response;
  const grpc::internal::RpcMethod method(Collector::kMethod,
                                         grpc::internal::RpcMethod::CLIENT_STREAMING, channel);
  const std::unique_ptr<grpc::ClientWriter<v1::ImportSnapshotRequest>> writer(
      grpc::internal::ClientWriterFactory<v1::ImportSnapshotRequest>::Create(channel.get(), method,
                                                                             &context, &response));
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(writer->Write(Chunk("a.csv")));
  writer->WritesDone();
  EXPECT_TRUE(writer->Finish().ok());
  EXPECT_EQ(response.progress().done(), 7);
  server->Shutdown();
}

}  // namespace
}  // namespace vg::rpc
