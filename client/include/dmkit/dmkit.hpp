#pragma once

/// Everything of the client library.
#include <dmkit/connect_params.hpp>
#include <dmkit/connection.hpp>
#include <dmkit/error.hpp>
#include <dmkit/lob.hpp>
#include <dmkit/lob_source.hpp>
#include <dmkit/statement.hpp>
#include <dmkit/transaction.hpp>
