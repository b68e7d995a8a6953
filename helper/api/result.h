// A value or the reason there is none, with the names of std::expected (which GCC 12 lacks).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <utility>
#include <variant>

namespace sallyport::api {

// What kind of thing went wrong: decides the D-Bus error name and the exit code of sallyportctl.
enum class ErrorCode {
    Invalid,      // the arguments contradict themselves or lie outside their range
    NotFound,     // no such rule, question or connection
    Denied,       // not authorised
    NoAgent,      // a password is due, and no polkit agent in the caller's session asks for it
    NoAuthority,  // polkit, which would have to say yes, is not there or does not answer
    Unavailable,  // the other side (helper, kernel) is not there
    Conflict,     // already exists, already answered, a second helper
    Unsupported,  // newer database, missing kernel feature
    Failed,       // anything else: input and output, the kernel said no
};

// `text` is English, for logs and for error replies; what a person reads is worded in app/.
struct Error {
    ErrorCode code = ErrorCode::Failed;
    QString text;
    bool operator==(const Error&) const = default;
};

template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }
    T& value() & { return std::get<0>(state_); }
    const T& value() const& { return std::get<0>(state_); }
    T&& value() && { return std::get<0>(std::move(state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    const Error& error() const { return std::get<1>(state_); }
    T value_or(T other) const& { return has_value() ? value() : std::move(other); }

  private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : failed_(true), error_(std::move(error)) {}

    bool has_value() const { return !failed_; }
    explicit operator bool() const { return has_value(); }
    const Error& error() const { return error_; }

  private:
    bool failed_ = false;
    Error error_;
};

inline Error failure(ErrorCode code, QString text) {
    return Error{code, std::move(text)};
}

}  // namespace sallyport::api
