#include <dmkit/mock/server.hpp>

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <fstream>
#include <functional>
#include <future>
#include <iterator>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "mockserver/error.hpp"
#include "mockserver/io/engine_factory.hpp"
#include "mockserver/io/service.hpp"
#include "mockserver/io/stderr_log.hpp"
#include "mockserver/sql/script.hpp"

namespace dmkit::mock {

namespace {

/// Keeps what a statement yields, or only counts it.
class row_keeper final : public result_sink {
  public:
    explicit row_keeper(std::vector<std::vector<field>>* rows) noexcept : rows_(rows) {}
    void begin(std::span<const column_description>) override {
        if (rows_ != nullptr)
            rows_->clear();
        count = 0;
    }
    void row(std::span<const field_view> fields) override {
        ++*count;
        if (rows_ == nullptr)
            return;
        auto& kept = rows_->emplace_back();
        for (const auto& value : fields)
            kept.emplace_back(value);
    }
    std::optional<std::int64_t> count;  ///< empty: there was no result

  private:
    std::vector<std::vector<field>>* rows_;
};

/// Signals belong to the program's own threads.
std::thread start_without_signals(std::function<void()> body) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    struct restore {
        const sigset_t& mask;
        ~restore() { pthread_sigmask(SIG_SETMASK, &mask, nullptr); }
    } const guard{before};
    return std::thread(std::move(body));
}

std::shared_ptr<const tls::context> tls_settings(const tls_files& files) {
    if (files.certificate.empty() && files.key.empty() && files.client_ca.empty())
        return nullptr;
    tls::server_options options;
    options.own = {files.certificate.string(), files.key.string(), files.key_password};
    options.client_ca_file = files.client_ca.string();
    tls::fault problem;
    auto made = tls::context::server(options, problem);
    if (!made)
        throw std::invalid_argument("TLS: " + problem.detail);
    return made;
}

std::string percent_encoded(std::string_view text) {
    static constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (plain.find(c) != std::string_view::npos) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += {'%', digits[byte >> 4U], digits[byte & 0x0FU]};
        }
    }
    return out;
}

std::string read_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in)
        throw std::system_error(errno, std::generic_category(), file.string());
    std::string text(std::istreambuf_iterator<char>(in), {});
    if (in.bad())
        throw std::system_error(EIO, std::generic_category(), file.string());
    static constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark))
        text.erase(0, byte_order_mark.size());
    return text;
}

}  // namespace

server_error::server_error(int code, std::string text, std::string_view place)
    : std::runtime_error(std::string(place) + "[" + std::to_string(code) + "] " + text),
      code_(code),
      text_(std::move(text)) {}

struct server::implementation {
    explicit implementation(const server_params& given)
        : params(given),
          log(given.log),
          listener(
              context, given.profile, log, [this](environment& world) { return make_engine(params, world); },
              tls_settings(given.tls)) {}

    /// One statement, on the server's thread. What the arguments refer to lives until @p done is set; the promise is
    /// shared, because the waiting thread may go on while set_value() still runs.
    void start(std::string_view sql, row_keeper& rows, execution_result& result,
               const std::shared_ptr<std::promise<void>>& done) {
        try {
            if (!session) {
                login who;
                who.user = params.users.front().name;
                who.password = params.users.front().password;
                who.application_name = "dmkit";
                who.language = language_of_errors();
                who.time_zone = params.profile.time_zone;
                session = listener.sessions().backend.open_session(who);
            }
            statement = session->prepare(sql);
            no_arguments.resize(1);
            what.rows = no_arguments;
            session->execute(*statement, what, rows, result, [done](const std::optional<sql_error>& error) {
                if (error)
                    done->set_exception(std::make_exception_ptr(*error));
                else
                    done->set_value();
            });
        } catch (...) {
            done->set_exception(std::current_exception());
        }
    }

    /// As start(), from any thread. @p place goes in front of the message of an error.
    std::int64_t run(std::string_view sql, std::vector<std::vector<field>>* kept, std::string_view place = {}) {
        row_keeper rows(kept);
        execution_result result;
        const auto done = std::make_shared<std::promise<void>>();
        auto ended = done->get_future();
        boost::asio::post(context, [&, done] { start(sql, rows, result, done); });
        if (!thread.joinable()) {
            // Not started yet: the caller's thread is the server's.
            while (ended.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
                context.run_one();
            context.restart();
        }
        try {
            ended.get();
        } catch (const sql_error& error) {
            throw server_error(error.code(), render_error(error, language_of_errors()), place);
        }
        return rows.count.value_or(result.affected_rows);
    }

    /// Runs @p action on the server's thread and waits for it.
    void on_thread(const std::function<void()>& action) {
        const auto done = std::make_shared<std::promise<void>>();
        boost::asio::post(context, [&action, done] { finish(action, *done); });
        done->get_future().get();
    }
    /// Closes every connection and the session of execute(). Nobody is connected while it lives.
    class seclusion {
      public:
        explicit seclusion(implementation& self) : self_(self) {
            const auto done = std::make_shared<std::promise<void>>();
            self_.listener.interrupt_running();
            boost::asio::post(self_.context, [&self, done] { self.close_all(done); });
            done->get_future().get();
        }
        ~seclusion() {
            boost::asio::post(self_.context, [&listener = self_.listener] { listener.resume(); });
        }
        seclusion(const seclusion&) = delete;
        seclusion& operator=(const seclusion&) = delete;

      private:
        implementation& self_;
    };
    void close_all(const std::shared_ptr<std::promise<void>>& done) {
        statement.reset();
        session.reset();
        listener.hold();
        // Behind what the connections have posted to end themselves.
        boost::asio::post(context, [this, done] {
            if (listener.connections() > 0)
                return close_all(done);
            done->set_value();
        });
    }
    static void finish(const std::function<void()>& action, std::promise<void>& done) {
        try {
            action();
            done.set_value();
        } catch (...) {
            done.set_exception(std::current_exception());
        }
    }
    void check_process() const {
        if (::getpid() != owner)
            throw std::logic_error("a mock server belongs to the process that made it, and this is a child of that");
    }

    void run_script(const std::filesystem::path& file) {
        const auto text = read_file(file);
        for (const auto& part : split_script(text))
            run(part.text, nullptr, file.string() + ":" + std::to_string(part.line) + ": ");
    }

    /// Runs the server until the context is stopped. What escapes a handler costs that handler, not the process.
    void serve() {
        // While nobody is let in (seclusion) there may be nothing to do for a moment.
        const auto working = boost::asio::make_work_guard(context);
        for (;;) {
            try {
                context.run();
                return;
            } catch (const std::exception& failure) {
                log.write(log_level::error, std::string("a task fails inside the server: ") + failure.what());
            } catch (...) {
                log.write(log_level::error, "a task fails inside the server, and not by an exception of the library");
            }
        }
    }

    [[nodiscard]] language language_of_errors() const noexcept {
        return params.english ? language::english : language::chinese;
    }

    server_params params;
    const pid_t owner = ::getpid();
    boost::asio::io_context context{1};
    stderr_log log;
    service listener;
    std::unique_ptr<backend_session> session;  ///< of execute(); used on the server's thread
    std::unique_ptr<backend_statement> statement;
    execution what;
    std::vector<std::vector<argument>> no_arguments;
    std::mutex one_statement;  ///< callers of execute() take turns
    std::thread thread;
};

server::server(const server_params& params) {
    if (params.users.empty())
        throw std::invalid_argument("a server needs a user");
    check_profile(params.profile);
    implementation_ = std::make_unique<implementation>(params);
    auto& self = *implementation_;
    self.listener.bind(params.address, params.port);
    if (!params.database_file.empty())
        static_cast<void>(self.listener.sessions());
    if (!params.init_script.empty())
        self.run_script(params.init_script);
    self.listener.listen();
    self.thread = start_without_signals([&self] { self.serve(); });
}

server::~server() {
    auto& self = *implementation_;
    if (::getpid() != self.owner) {
        // The thread is the parent's, and so are files and connections.
        ::close(self.listener.native_handle());
        [[maybe_unused]] const auto* forgotten = implementation_.release();
        return;
    }
    // What is posted waits for the running statement.
    self.listener.interrupt();
    boost::asio::post(self.context, [&self] {
        self.statement.reset();
        self.session.reset();
        self.listener.stop();
        // Behind what the connections have posted to end themselves.
        boost::asio::post(self.context, [&self] { self.context.stop(); });
    });
    self.thread.join();
}

std::uint16_t server::port() const noexcept {
    return implementation_->listener.port();
}

const std::string& server::address() const noexcept {
    return implementation_->params.address;
}

std::string server::dsn() const {
    const auto& user = implementation_->params.users.front();
    const auto& host = address();
    const bool v6 = host.find(':') != std::string::npos;
    auto out = "dm://" + percent_encoded(user.name) + ":" + percent_encoded(user.password) + "@" +
               (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port());
    const auto& params = implementation_->params;
    const auto choice = params.profile.tls;
    if (choice == tls_choice::session || (choice == tls_choice::automatic && !params.tls.certificate.empty()))
        out += "?tls=require&tlsVerify=ca&tlsCaFile=" +
               percent_encoded(std::filesystem::absolute(params.tls.certificate).string());
    return out;
}

std::int64_t server::execute(std::string_view sql) {
    implementation_->check_process();
    const std::lock_guard turn(implementation_->one_statement);
    const auto parts = split_script(sql);
    // What holds no statement is for the parser to refuse.
    if (parts.empty())
        return implementation_->run(sql, nullptr);
    std::int64_t affected = 0;
    for (const auto& part : parts)
        affected = implementation_->run(part.text, nullptr);
    return affected;
}

std::vector<std::vector<field>> server::query(std::string_view sql) {
    implementation_->check_process();
    const std::lock_guard turn(implementation_->one_statement);
    std::vector<std::vector<field>> rows;
    implementation_->run(sql, &rows);
    return rows;
}

void server::load_script(const std::filesystem::path& file) {
    implementation_->check_process();
    const std::lock_guard turn(implementation_->one_statement);
    implementation_->run_script(file);
}

void server::reset() {
    auto& self = *implementation_;
    self.check_process();
    const std::lock_guard turn(self.one_statement);
    const implementation::seclusion alone(self);
    self.on_thread([&] {
        self.listener.drop_backend();
        if (!self.params.database_file.empty())
            remove_database(self.params.database_file);
    });
    if (!self.params.init_script.empty())
        self.run_script(self.params.init_script);
}

mock::snapshot server::snapshot() {
    auto& self = *implementation_;
    self.check_process();
    const std::lock_guard turn(self.one_statement);
    mock::snapshot out;
    self.on_thread([&] { out.data_ = take_snapshot(self.listener.sessions().backend); });
    return out;
}

void server::restore(const mock::snapshot& what) {
    auto& self = *implementation_;
    self.check_process();
    if (!what)
        throw std::invalid_argument("an empty snapshot");
    check_snapshot(self.params.profile, *what.data_);
    const std::lock_guard turn(self.one_statement);
    const implementation::seclusion alone(self);
    self.on_thread([&] { restore_snapshot(self.listener.sessions().backend, *what.data_); });
}

void server::set_time(std::chrono::system_clock::time_point moment) {
    implementation_->check_process();
    implementation_->listener.world().set_time(moment);
}

void server::advance(std::chrono::system_clock::duration by) {
    implementation_->check_process();
    implementation_->listener.world().advance(by);
}

void server::follow_system_clock() {
    implementation_->check_process();
    implementation_->listener.world().set_time(std::nullopt);
}

void server::seed_random(std::uint64_t seed) {
    auto& self = *implementation_;
    self.check_process();
    self.on_thread([&] { mock::seed_random(self.listener.sessions().backend, seed); });
}

}  // namespace dmkit::mock
