// Made from /openapi.json of a hub by `npm run api`; do not edit.
export interface paths {
    "/alias/{alias}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Point an alias at another index, in one step: those who search see the one or the other.
         * @description Point an alias at another index, in one step: those who search see the one or the other.
         *
         *     Refused for an index of a build that its release gates hold back.
         *
         *     Role: operator.
         */
        put: operations["move_alias"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alias/{alias}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Point an alias at the index that it pointed at before, if that is still there.
         * @description Point an alias at the index that it pointed at before, if that is still there.
         *
         *     The automatic flow does not serve what it was moved away from again, until a new build is made or somebody points
         *     the alias at it.
         *
         *     Role: operator.
         */
        post: operations["rollback_alias"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/aliases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Aliases of one environment or all: the index and build each points at, and where it pointed before.
         * @description Aliases of one environment or all: the index and build each points at, and where it pointed before.
         */
        get: operations["aliases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a data API for an index; `start_api` starts it on its port.
         * @description Create a data API for an index; `start_api` starts it on its port.
         *
         *     ``es_host`` is an environment of ``INDEX_CONFIG``, its host, or the URL of an Elasticsearch server; ``embedded``, or
         *     ``localhub``, is the hub's own engine. ``doc_type`` becomes the path segment of documents: ``/v1/DOC_TYPE/ID``.
         *     ``port`` 0 takes a free one at each start.
         *
         *     Role: operator.
         */
        post: operations["create_api"];
        /**
         * Stop a data API and forget it. Its index stays.
         * @description Stop a data API and forget it. Its index stays.
         *
         *     Role: operator.
         */
        delete: operations["delete_api"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api_key/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Make one of your API keys worthless; an admin can do it with any.
         * @description Make one of your API keys worthless; an admin can do it with any.
         *
         *     Role: viewer.
         */
        delete: operations["revoke_api_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api_keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your API keys; for an admin those of all users, or of one.
         * @description Your API keys; for an admin those of all users, or of one.
         *
         *     Role: viewer.
         */
        get: operations["api_keys"];
        put?: never;
        /**
         * Make a key for a program; ``key`` in the answer is told this once.
         * @description Make a key for a program; ``key`` in the answer is told this once.
         *
         *     It may do what you may, up to ``role``, and with ``sources`` or ``builds`` change only these. It ends after ``days``
         *     (0: never), or when it is revoked. An admin can make keys for another ``user``.
         *
         *     Role: viewer.
         */
        post: operations["create_api_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/{api_id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Start a data API in a process of its own; answers its address. It is started again whenever the hub starts.
         * @description Start a data API in a process of its own; answers its address. It is started again whenever the hub starts.
         *
         *     Role: operator.
         */
        put: operations["start_api"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/{api_id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Stop a data API.
         * @description Stop a data API.
         *
         *     Role: operator.
         */
        put: operations["stop_api"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/{api_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask a running data API for its status, its metadata, a query and a document.
         * @description Ask a running data API for its status, its metadata, a query and a document.
         *
         *     Answers path, HTTP status and seconds of each; fails at the first that is not as it should be.
         *
         *     Role: operator.
         */
        post: operations["test_api"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Data APIs: one for each document type that the hub serves by itself, and those that were created.
         * @description Data APIs: one for each document type that the hub serves by itself, and those that were created.
         */
        get: operations["get_apis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened that matters for safety, the newest first: log-ins, refusals, commands that change something.
         * @description What happened that matters for safety, the newest first: log-ins, refusals, commands that change something.
         *
         *     ``user``, ``what`` (``login``, ``wrong password``, ``command``, ...) and ``command`` keep only those; ``since`` is a
         *     time in ISO 8601.
         *
         *     Role: admin.
         */
        get: operations["audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether lines of the audit were changed or taken out.
         * @description Whether lines of the audit were changed or taken out.
         *
         *     Role: admin.
         */
        get: operations["check_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auto_archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Archive the builds of a configuration that are older than ``days``; answers their names, oldest first.
         * @description Archive the builds of a configuration that are older than ``days``; answers their names, oldest first.
         *
         *     With ``dryrun`` (the default) only tell which.
         *
         *     Role: operator.
         */
        post: operations["auto_archive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/build_manager": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Build configurations and builder classes.
         * @description Build configurations and builder classes.
         */
        get: operations["build_config_info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/build/{build_name}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a build go on although it broke rules; an automatic one is then indexed and served.
         * @description Let a build go on although it broke rules; an automatic one is then indexed and served.
         *
         *     ``who`` (by default the account that asks) and ``note`` are kept with the report.
         *
         *     Role: operator.
         */
        post: operations["approve_build"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/build/{build_name}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How a document of a build came about: for each value the sources and releases it is from, the rule, what lost.
         * @description How a document of a build came about: for each value the sources and releases it is from, the rule, what lost.
         */
        get: operations["explain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/build/{build_name}/gate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the release gates found of a build: each rule with what was found, and who decided what.
         * @description What the release gates found of a build: each rule with what was found, and who decided what.
         *
         *     ``state`` is ``passed``, ``waiting``, ``approved``, ``rejected``, ``superseded``, ``unchecked``, or ``none`` when
         *     the build configuration has no ``gates``.
         */
        get: operations["gate_report"];
        /**
         * Check a build against the ``gates`` that its configuration has now; former decisions on it do not count then.
         * @description Check a build against the ``gates`` that its configuration has now; former decisions on it do not count then.
         *
         *     Role: operator.
         */
        put: operations["check_gates"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/build/{build_name}/new": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Merge the sources of a build configuration into a new build; answers its name.
         * @description Merge the sources of a build configuration into a new build; answers its name.
         *
         *     ``steps`` are some of ``merge``, ``post``, ``metadata``: without ``post`` the builder's ``post_merge`` is not
         *     called; a build is not whole without the other two. ``batch_size`` is taken for the sake of existing clients:
         *     documents are merged as a stream.
         *
         *     Where that comes to the same, only the documents that changed since the last build are merged again; with ``full``
         *     all are. When the configuration has ``gates``, the build is checked against them (``gate_report``). ``force`` takes
         *     the last good data of sources that are not ready, and replaces a build of the name ``target_name``.
         *
         *     Role: operator.
         */
        put: operations["merge"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/build/{build_name}/provenance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The sources of a build in merge order, and for each field those that have it with the rule that joins them.
         * @description The sources of a build in merge order, and for each field those that have it with the rule that joins them.
         */
        get: operations["build_provenance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/build/{build_name}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hold a build back for good: it is not served, and later builds are compared with the one before it.
         * @description Hold a build back for good: it is not served, and later builds are compared with the one before it.
         *
         *     Refused for a build that an alias serves; ``rollback_alias`` comes first then.
         *
         *     Role: operator.
         */
        post: operations["reject_build"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/build/{build_name}/snapshot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Take a snapshot of a build: of its newest index, or of one that is made for it.
         * @description Take a snapshot of a build: of its newest index, or of one that is made for it.
         *
         *     Role: operator.
         */
        put: operations["snapshot_build"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/build/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One build with its sources, statistics, mapping and metadata.
         * @description One build with its sources, statistics, mapping and metadata.
         */
        get: operations["build"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/build/{merge_name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a build: its documents and its record. Its indices stay.
         * @description Delete a build: its documents and its record. Its indices stay.
         *
         *     Role: operator.
         */
        delete: operations["rmmerge"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/build/{merge_name}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Drop the documents of a build and keep its record.
         * @description Drop the documents of a build and keep its record.
         *
         *     Role: operator.
         */
        post: operations["archive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/build/{name}/mapping": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Replace the mapping of a build (``dest`` is ``build``), or the one that was inspected (``inspect``).
         * @description Replace the mapping of a build (``dest`` is ``build``), or the one that was inspected (``inspect``).
         *
         *     What was there before stays in ``build_mapping_history``; ``who`` and ``note`` are kept beside it.
         *
         *     Role: operator.
         */
        put: operations["build_save_mapping"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/build/{name}/mapping/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Versions of the mapping of a build, newest first: what, when, by whom and why.
         * @description Versions of the mapping of a build, newest first: what, when, by whom and why.
         */
        get: operations["build_mapping_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/build/{name}/mapping/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Commit an earlier version of the mapping of a build again; that makes a new version.
         * @description Commit an earlier version of the mapping of a build again; that makes a new version.
         *
         *     Role: operator.
         */
        put: operations["build_restore_mapping"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/buildconf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Replace a build configuration as a whole; it is created when there is none of that name.
         * @description Replace a build configuration as a whole; it is created when there is none of that name.
         *
         *     Role: operator.
         */
        put: operations["update_build_conf"];
        /**
         * Create a build configuration. ``params`` holds whatever else it has: ``num_shards``, ``build_version``, ...
         * @description Create a build configuration. ``params`` holds whatever else it has: ``num_shards``, ``build_version``, ...
         *
         *     Role: operator.
         */
        post: operations["create_build_conf"];
        /**
         * Forget a build configuration. Its builds stay.
         * @description Forget a build configuration. Its builds stay.
         *
         *     Role: operator.
         */
        delete: operations["delete_build_conf"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/buildconf/{name}/mapping": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The mapping that a build of a configuration would get, before it is built.
         * @description The mapping that a build of a configuration would get, before it is built.
         *
         *     ``conflicts`` lists the fields that sources declare differently, with the types, examples of the last inspections
         *     and a proposal; ``notes`` what is settled by itself; ``unknown`` the sources that have no mapping yet.
         */
        get: operations["build_conf_mapping"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/builds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Builds, newest first, of all configurations or of one; those with one ``status``, or the archived ones.
         * @description Builds, newest first, of all configurations or of one; those with one ``status``, or the archived ones.
         *
         *     With ``id`` everything that is known of that one, as ``build`` tells it. With ``limit`` so many of them, after
         *     ``offset`` others. ``fields`` is taken for the sake of existing clients.
         */
        get: operations["builds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/builds/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Compare the documents of two builds.
         * @description Compare the documents of two builds.
         *
         *     Answers ``{"old", "new", "added", "removed", "changed", "same", "fields": {path: documents in which it differs},
         *     "examples": {"added": [_id], "removed": [_id], "changed": [_id]}}``. A diff of the two that is there answers
         *     at once; otherwise both are read, in order, and documents whose bytes are the same are not decoded.
         */
        put: operations["compare_builds"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/clean_temp_collections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Drop target collections that are named as builds of a configuration and belong to none; answers their names.
         * @description Drop target collections that are named as builds of a configuration and belong to none; answers their names.
         *
         *     ``date`` and ``prefix`` narrow them: ``PREFIX_NAME_DATE...``. Builds stay; ``rmmerge`` deletes them. With ``dryrun``
         *     (the default) only tell which.
         *
         *     Role: operator.
         */
        post: operations["clean_temp_collections"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/code/upgrade/{code_base}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Bring code up to its git branch: ``application`` (that of the plugins) or ``biothings_sdk`` (that of the hub).
         * @description Bring code up to its git branch: ``application`` (that of the plugins) or ``biothings_sdk`` (that of the hub).
         *
         *     Refused when files were changed there, or when the code is in no repository. Restart the hub afterwards.
         *
         *     Role: admin.
         */
        put: operations["upgrade"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/command/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One long command: whether it is done, and its result or error.
         * @description One long command: whether it is done, and its result or error.
         */
        get: operations["command_info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Long commands that were started through a door, the newest ``limit`` after ``offset`` others, by number.
         * @description Long commands that were started through a door, the newest ``limit`` after ``offset`` others, by number.
         *
         *     ``running`` keeps those that run, or that do not; ``failed``, of those that have ended, the ones that failed, or
         *     that did not. With ``id`` that one, as ``command`` tells it.
         */
        get: operations["commands"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The configuration by name, with section, description, value and origin; secrets are masked.
         * @description The configuration by name, with section, description, value and origin; secrets are masked.
         */
        get: operations["config"];
        /**
         * Change a setting, or with a name such as ``HpoDumper.SCHEDULE`` an attribute of a dumper or uploader.
         * @description Change a setting, or with a name such as ``HpoDumper.SCHEDULE`` an attribute of a dumper or uploader.
         *
         *     ``value`` is JSON text; a text that is no JSON is taken as it is. The value must be of the setting's type. It holds
         *     from now on, also after a restart; a part of the hub that has read the setting at its start takes it up then.
         *     Refused while ``CONFIG_READONLY`` is set, and for settings that are marked read-only.
         *
         *     Role: admin.
         */
        put: operations["setconf"];
        post?: never;
        /**
         * Give a setting the value of the files and the environment again; without a name, all that were changed.
         * @description Give a setting the value of the files and the environment again; without a name, all that were changed.
         *
         *     Answers the names of those that were changed.
         *
         *     Role: admin.
         */
        delete: operations["resetconf"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/config_history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Changes of settings through any door, the newest first: who, when, from what to what; secrets are stars.
         * @description Changes of settings through any door, the newest first: who, when, from what to what; secrets are stars.
         *
         *     Role: operator.
         */
        get: operations["config_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dataplugin/{plugin_name}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Write a manifest plugin as Python code that does the same.
         * @description Write a manifest plugin as Python code that does the same.
         *
         *     The code comes into ``folder/<folder of the plugin>``, by default in ``hub/dataload/sources`` of the working folder.
         *     ``what`` names the parts: ``dumper``, ``uploader``, ``mapping``. ``mapping`` adds the registered or inspected
         *     mapping to uploaders without one. ``purge`` replaces an earlier export.
         *
         *     Role: admin.
         */
        put: operations["export_plugin"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dataplugin/{src}/dump": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Fetch the code of a plugin again and load it.
         * @description Fetch the code of a plugin again and load it.
         *
         *     ``release`` is the branch, tag or commit to take and to follow from now on; ``HEAD`` is the repository's own branch.
         *     Without it the present one is followed. Files that were changed by hand are only overwritten with ``force``. When
         *     the new code does not load, the former stays in use. ``skip_manual`` is taken for the sake of existing clients;
         *     ``schedule`` and ``check_only`` are not: see ``upgrade`` and ``UPGRADE_CHECK_SCHEDULE``.
         *
         *     Role: admin.
         */
        put: operations["dump_plugin"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dataplugin/register_url": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register a plugin and load it.
         * @description Register a plugin and load it.
         *
         *     ``url`` is a git repository (``https://host/group/name.git``; a branch, tag or commit may follow after ``#``, or is
         *     given as ``release``), a folder of the plugins (``local://name``), or the path of a plugin folder elsewhere, which
         *     is used in place. The plugin's code runs in the hub: register only what you trust. Without a result it was
         *     registered already.
         *
         *     Role: admin.
         */
        post: operations["register_url"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dataplugin/unregister_url": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Forget a plugin, by its address or its name. Its data and what is known of its source stay.
         * @description Forget a plugin, by its address or its name. Its data and what is known of its source stay.
         *
         *     The folder of a plugin from git is deleted; if files in it were changed by hand it is kept aside, unless ``force``.
         *     A plugin that was on this machine keeps its folder.
         *
         *     Role: admin.
         */
        delete: operations["unregister_url"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/delete_snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Delete snapshots: ``{environment: [names]}``, ``__no_env__`` for those without one; answers the counts.
         * @description Delete snapshots: ``{environment: [names]}``, ``__no_env__`` for those without one; answers the counts.
         *
         *     Role: operator.
         */
        put: operations["delete_snapshots"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Compare two builds and write the files of their difference; answers the counts.
         * @description Compare two builds and write the files of their difference; answers the counts.
         *
         *     ``old`` and ``new`` are builds, or ``src:COLLECTION``, ``target:COLLECTION``, ``index:ENVIRONMENT/NAME``; without
         *     ``old`` it is the build before. A diff that was interrupted is continued; ``mode`` ``purge`` makes a finished one
         *     anew. ``exclude`` are root keys that do not count. ``batch_size`` is taken for the sake of existing clients.
         *
         *     Role: operator.
         */
        put: operations["diff"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/diff_export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Write a diff in the documented form, Python pickles, for existing consumers; answers where the files are.
         * @description Write a diff in the documented form, Python pickles, for existing consumers; answers where the files are.
         *
         *     Role: operator.
         */
        put: operations["export_diff"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/diff_manager": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Kinds of diffs that can be made.
         * @description Kinds of diffs that can be made.
         */
        get: operations["diff_info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/diff_report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A report on a diff, as ``txt``, ``json`` or ``html``; kept in its folder and made anew by ``mode`` ``purge``.
         * @description A report on a diff, as ``txt``, ``json`` or ``html``; kept in its folder and made anew by ``mode`` ``purge``.
         */
        get: operations["report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/diff_summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A diff as data: counts and samples, by source and by field.
         * @description A diff as data: counts and samples, by source and by field.
         */
        get: operations["diff_summary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/document_history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One ``_id`` wherever it is: in the collection of each sub-source, and in the newest ``builds`` builds.
         * @description One ``_id`` wherever it is: in the collection of each sub-source, and in the newest ``builds`` builds.
         *
         *     Answers ``{"sources": {sub: document}, "builds": [{"build", "config", "started_at", "document"}]}``, the newest
         *     build first; ``document`` is null in a build that has not got it.
         */
        get: operations["document_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/document/{kind}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One document of a source, a build or an index, by its ``_id``.
         * @description One document of a source, a build or an index, by its ``_id``.
         */
        get: operations["document"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/documents/{kind}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Documents of a ``source`` (or ``main.sub``, or a sub-source), a ``build`` or an ``index``, a page at a time.
         * @description Documents of a ``source`` (or ``main.sub``, or a sub-source), a ``build`` or an ``index``, a page at a time.
         *
         *     Sources and builds take a ``filter`` as MongoDB writes it: ``{"name": {"$regex": "^a"}}``; in order of ``_id``
         *     unless ``sort`` names a field (``-field`` descending). An index takes ``q``, a query string, ``facets``, and the
         *     ``env`` it is in. ``fields`` are those to show. At most 1,000 documents and 16 MB come at once; ``more`` says
         *     whether there are others. ``total`` is exact up to 10,000 matches of a filter, then null.
         */
        get: operations["documents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dump_manager": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Class of the dumper of each source.
         * @description Class of the dumper of each source.
         */
        get: operations["dump_info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/export_ids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Write every ``_id`` of a build, or of an uploaded collection, to a file: sorted, one a line, packed with xz.
         * @description Write every ``_id`` of a build, or of an uploaded collection, to a file: sorted, one a line, packed with xz.
         *
         *     The file is ``ids/COLLECTION_ids.xz`` below ``DATA_EXPORT_FOLDER``.
         *
         *     Role: operator.
         */
        post: operations["export_ids"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/flatten_inspection_data": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Recorded types and statistics as rows, one a field, with warnings about names and types.
         * @description Recorded types and statistics as rows, one a field, with warnings about names and types.
         *
         *     Modes: ``type`` and ``stats`` unless others are given; ``do_validate`` false leaves the warnings out.
         */
        put: operations["flatten_inspection_data"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Builds that broke a rule of their release gates and wait for a decision, newest first.
         * @description Builds that broke a rule of their release gates and wait for a decision, newest first.
         */
        get: operations["gates_waiting"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/group/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a group; its users lose what it granted.
         * @description Remove a group; its users lose what it granted.
         *
         *     Role: admin.
         */
        delete: operations["delete_group"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/group/{name}/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Let the users of a group operate sources and builds, as if they had the role operator for these.
         * @description Let the users of a group operate sources and builds, as if they had the role operator for these.
         *
         *     ``sources`` are names of sources, ``builds`` of build configurations; ``*`` and ``?`` stand for other characters.
         *
         *     Role: admin.
         */
        put: operations["grant"];
        post?: never;
        /**
         * Take grants of a group away, written as they were granted.
         * @description Take grants of a group away, written as they were granted.
         *
         *     Role: admin.
         */
        delete: operations["revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/group/{name}/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put users into a group.
         * @description Put users into a group.
         *
         *     Role: admin.
         */
        put: operations["add_to_group"];
        post?: never;
        /**
         * Take users out of a group.
         * @description Take users out of a group.
         *
         *     Role: admin.
         */
        delete: operations["remove_from_group"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The groups with their users, and the sources and builds that these may operate.
         * @description The groups with their users, and the sources and builds that these may operate.
         *
         *     Role: admin.
         */
        get: operations["groups"];
        put?: never;
        /**
         * Make a group of users.
         * @description Make a group of users.
         *
         *     Role: admin.
         */
        post: operations["create_group"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/index": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Index a build; with ``alias`` the alias moves to the new index when it is complete.
         * @description Index a build; with ``alias`` the alias moves to the new index when it is complete.
         *
         *     Modes: ``index`` makes a new index, ``purge`` deletes it first, ``resume`` adds what is missing, ``merge`` joins
         *     documents with those that are there. ``ids`` takes only these documents; ``steps`` are some of ``pre``, ``index``,
         *     ``post``; ``batch_size`` is 500 to 10,000. With ``sample_first`` so many documents are tried in a scratch index
         *     before, and nothing is begun when they are refused.
         *
         *     Role: operator.
         */
        put: operations["index"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/index_manager": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Index environments; with ``remote`` each tells its indices.
         * @description Index environments; with ``remote`` each tells its indices.
         */
        get: operations["index_info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/index/cleanup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete old indices: of each build configuration the newest ``keep`` stay, and those that an alias points at.
         * @description Delete old indices: of each build configuration the newest ``keep`` stay, and those that an alias points at.
         *
         *     With ``dryrun`` (the default) only tell which; without it, ``env`` must be named.
         *
         *     Role: operator.
         */
        post: operations["index_cleanup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/index/dry_run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try to index a sample of a build: a scratch index is made, loaded and deleted; nothing else changes.
         * @description Try to index a sample of a build: a scratch index is made, loaded and deleted; nothing else changes.
         *
         *     Answers whether the mapping is taken, which documents are refused and why, and which fields of the documents the
         *     mapping has not, so that they could not be searched.
         *
         *     Role: operator.
         */
        post: operations["index_dry_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/index/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Write the metadata of an index (``_meta``): those given, or those of its build, or of ``build_name``.
         * @description Write the metadata of an index (``_meta``): those given, or those of its build, or of ``build_name``.
         *
         *     Role: operator.
         */
        put: operations["update_metadata"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/index/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Compare an index, or the one an alias points at, with its build.
         * @description Compare an index, or the one an alias points at, with its build.
         *
         *     Every ``_id`` of the build is looked for in the index, some documents are compared, then the mapping and the
         *     version. ``build_name`` is needed only for an index that was not made by this hub.
         *
         *     Role: operator.
         */
        post: operations["validate_index"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/indexes_by_name": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Indices by name or pattern, several joined by commas, newest first; ``limit`` 0 shows all.
         * @description Indices by name or pattern, several joined by commas, newest first; ``limit`` 0 shows all.
         */
        get: operations["indexes_by_name"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inspect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Look into the documents of a source or a build, and record what is found beside it.
         * @description Look into the documents of a source or a build, and record what is found beside it.
         *
         *     ``data_provider`` is ``["src", name]`` with a source, ``main.sub`` or sub-source, or the name of a build (a source
         *     when no build has that name). Modes: ``type``, ``stats``, ``deepstats``, ``mapping``, ``jsonschema``,
         *     ``identifiers``; ``type`` when none is given. ``limit`` looks at so many documents only, ``sample`` at a share of
         *     them (0.1 is a tenth). ``batch_size`` is accepted and not used: documents are read as a stream.
         *
         *     Role: operator.
         */
        put: operations["inspect"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/job_manager": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Processes, threads and memory, as existing clients show them.
         * @description Processes, threads and memory, as existing clients show them.
         */
        get: operations["job_info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/job/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One job with its progress, error and result, and the command that started it.
         * @description One job with its progress, error and result, and the command that started it.
         */
        get: operations["job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/job/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a queued or running job.
         * @description Stop a queued or running job.
         *
         *     Role: operator.
         */
        post: operations["cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/job/{id}/follow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The same, once the job has ended, or as it is after so many ``seconds`` (300 at most).
         * @description The same, once the job has ended, or as it is after so many ``seconds`` (300 at most).
         */
        get: operations["follow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/job/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A piece of what a job has logged: up to ``size`` bytes from ``start`` on, or, when negative, from before the end.
         * @description A piece of what a job has logged: up to ``size`` bytes from ``start`` on, or, when negative, from before the end.
         *
         *     Answers ``text``, ``start``, ``next`` (where the next piece begins), ``size`` (bytes in all until now) and ``ended``
         *     (no more will come). When there is nothing new it waits up to so many ``seconds`` (300 at most) for it, so that
         *     calls that each begin at the ``next`` of the one before follow a running job.
         */
        get: operations["job_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/job/{id}/priority": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Let a queued job start before others, or after them: from -100 to 100, jobs have 0 at first.
         * @description Let a queued job start before others, or after them: from -100 to 100, jobs have 0 at first.
         *
         *     Role: operator.
         */
        put: operations["prioritize"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/job/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run the command again that started a job which failed, was cancelled or was interrupted; gives its result.
         * @description Run the command again that started a job which failed, was cancelled or was interrupted; gives its result.
         *
         *     Dumps, uploads and builds go on where they were, as far as they can.
         *
         *     Role: operator.
         */
        post: operations["retry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Jobs, newest first: those that wait or run, and past ones; ``limit`` of them after ``offset`` others.
         * @description Jobs, newest first: those that wait or run, and past ones; ``limit`` of them after ``offset`` others.
         *
         *     ``state`` keeps those in one state or in several joined by commas, ``kind`` those of a kind (``dump``, ``upload``,
         *     ``build``, ``index``, ...), ``subject`` those on a source, sub-source, build or index, ``owner`` those of somebody
         *     (``auto`` is the automatic flow), ``command`` those that the command of that number has started.
         */
        get: operations["jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Run the commands of all interrupted jobs again that were not run again since; tells what became of each.
         * @description Run the commands of all interrupted jobs again that were not run again since; tells what became of each.
         *
         *     Role: operator.
         */
        put: operations["resume"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jsondiff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What makes ``dst`` of ``src``, as a JSON patch.
         * @description What makes ``dst`` of ``src``, as a JSON patch.
         */
        post: operations["jsondiff"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/lane/{lane}/limit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Let at most ``limit`` jobs of a lane run at once, also after a restart; without it, as many as the settings say.
         * @description Let at most ``limit`` jobs of a lane run at once, also after a restart; without it, as many as the settings say.
         *
         *     The settings are ``RESOURCES`` for resources and ``SOURCE_LIMITS`` for sources.
         *
         *     Role: operator.
         */
        put: operations["limit_lane"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/lane/{lane}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Hold back the jobs of a lane, also after a restart, until `resume_lane`. Those that run go on.
         * @description Hold back the jobs of a lane, also after a restart, until `resume_lane`. Those that run go on.
         *
         *     Role: operator.
         */
        put: operations["pause_lane"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/lane/{lane}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Let the jobs of a paused lane start.
         * @description Let the jobs of a paused lane start.
         *
         *     Role: operator.
         */
        put: operations["resume_lane"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/lanes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lanes of jobs: how many run and wait in each, how many may run at once, and whether it is paused.
         * @description Lanes of jobs: how many run and wait in each, how many may run at once, and whether it is paused.
         *
         *     A job is in the lane ``all``, in that of its kind (``dump``), in one for each resource it takes (``download``), and
         *     in that of its source (``source:hpo``).
         */
        get: operations["lanes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/list_snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Snapshots by build configuration, oldest first.
         * @description Snapshots by build configuration, oldest first.
         */
        get: operations["list_snapshots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mapping/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Whether the search engine of an environment takes a mapping: a scratch index is made of it and deleted.
         * @description Whether the search engine of an environment takes a mapping: a scratch index is made of it and deleted.
         *
         *     Role: operator.
         */
        post: operations["validate_mapping"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mongo_builds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Builds that hold documents, by configuration; of one configuration, of one name, or started in one year.
         * @description Builds that hold documents, by configuration; of one configuration, of one name, or started in one year.
         */
        get: operations["list_mongo_builds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mongo_builds/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Delete several builds, their documents and their records. None is deleted when one of the names is unknown.
         * @description Delete several builds, their documents and their records. None is deleted when one of the names is unknown.
         *
         *     Role: operator.
         */
        put: operations["delete_mongo_builds"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mongo_builds/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Forget builds whose documents were removed behind the hub's back. Archived builds and those that run stay.
         * @description Forget builds whose documents were removed behind the hub's back. Archived builds and those that run stay.
         *
         *     Refused when all builds are without documents: then the database is the wrong one.
         *
         *     Role: operator.
         */
        post: operations["validate_mongo_builds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifiers/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test on every way of the setting ``NOTIFIERS``; tells what became of each.
         * @description Send a test on every way of the setting ``NOTIFIERS``; tells what became of each.
         *
         *     Role: admin.
         */
        post: operations["test_notifiers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change your own password. Your other sessions end. A wrong ``old`` counts as a wrong password at log-in.
         * @description Change your own password. Your other sessions end. A wrong ``old`` counts as a wrong password at log-in.
         *
         *     Role: viewer.
         */
        put: operations["change_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/plugins/reload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Read all plugin folders again.
         * @description Read all plugin folders again.
         *
         *     Role: operator.
         */
        put: operations["reload_plugins"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish a snapshot, or the diff of a build, whichever has that name.
         * @description Publish a snapshot, or the diff of a build, whichever has that name.
         *
         *     Role: operator.
         */
        post: operations["publish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publish/full": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish a snapshot as a full release, with the release note to ``previous_build``.
         * @description Publish a snapshot as a full release, with the release note to ``previous_build``.
         *
         *     ``force`` replaces a version that was published with other content, or goes back behind the latest one.
         *
         *     Role: operator.
         */
        post: operations["publish_snapshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publish/incremental": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish the diff of a build to the one before as an incremental release.
         * @description Publish the diff of a build to the one before as an incremental release.
         *
         *     ``force`` replaces a version that was published with other content, or goes back behind the latest one.
         *
         *     Role: operator.
         */
        post: operations["publish_diff"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sub-sources with bad documents in quarantine, with their number by reason.
         * @description Sub-sources with bad documents in quarantine, with their number by reason.
         */
        get: operations["quarantine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/quarantine/{src}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Bad documents of a source or sub-source (``main.sub``): what is wrong, where they come from, the document.
         * @description Bad documents of a source or sub-source (``main.sub``): what is wrong, where they come from, the document.
         *
         *     ``reason`` keeps those with one reason; ``limit`` 0 shows all. The command line prints one JSON object a line.
         */
        get: operations["quarantine_show"];
        put?: never;
        post?: never;
        /**
         * Forget bad documents of a source or sub-source, all of them or those with one reason.
         * @description Forget bad documents of a source or sub-source, all of them or those with one reason.
         *
         *     Role: operator.
         */
        delete: operations["quarantine_discard"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/quarantine/{src}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Write bad documents to a file, one JSON object a line, for example to edit and replay them.
         * @description Write bad documents to a file, one JSON object a line, for example to edit and replay them.
         *
         *     ``path`` is a name or path inside ``DATA_EXPORT_FOLDER``; by default ``quarantine/<src>.ndjson``.
         *
         *     Role: operator.
         */
        put: operations["quarantine_export"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/quarantine/{src}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put bad documents through the upload again, after settings, rules or the documents themselves were corrected.
         * @description Put bad documents through the upload again, after settings, rules or the documents themselves were corrected.
         *
         *     Those that are good now join the collection under the uploader's own rule for duplicates; the others stay. ``path``
         *     is an export that was edited: in ``DATA_EXPORT_FOLDER`` or ``DATA_UPLOAD_FOLDER``, or absolute. Only its documents
         *     are replayed then; one whose ``document`` is null is discarded.
         *
         *     Role: operator.
         */
        put: operations["quarantine_replay"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/quick_index": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a search index of one uploaded source, without a build configuration, to try it out.
         * @description Make a search index of one uploaded source, without a build configuration, to try it out.
         *
         *     ``subsource`` is needed for a source with several. ``extra_index_settings`` is an object, or its JSON text. The
         *     index is called ``SOURCE_DATE_RANDOM`` unless ``index_name`` is given; what is made on the way is removed at the
         *     end.
         *
         *     Role: operator.
         */
        post: operations["quick_index"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/release_manager": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Environments that releases can be published to.
         * @description Environments that releases can be published to.
         */
        get: operations["release_info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/release_manager/reset_synced/{old}/{new}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Forget which files of a diff were applied; answers how many targets were known.
         * @description Forget which files of a diff were applied; answers how many targets were known.
         *
         *     Role: operator.
         */
        put: operations["reset_synced"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/release_note": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A release note, as ``txt`` or ``json``; ``new`` is a build or one of its indices.
         * @description A release note, as ``txt`` or ``json``; ``new`` is a build or one of its indices.
         */
        get: operations["get_release_note"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/release_note/create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Write the release note of a build; ``old`` is the build before, ``none`` for a first release.
         * @description Write the release note of a build; ``old`` is the build before, ``none`` for a first release.
         *
         *     Role: operator.
         */
        put: operations["create_release_note"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/releases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Releases on disk, of all sources or of one, newest first: state, size, and what each is needed for.
         * @description Releases on disk, of all sources or of one, newest first: state, size, and what each is needed for.
         *
         *     With ``limit`` so many of them, after ``offset`` others.
         */
        get: operations["releases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/restart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * End the hub and start it again, when the jobs that run have ended; with ``force`` at once, they are interrupted.
         * @description End the hub and start it again, when the jobs that run have ended; with ``force`` at once, they are interrupted.
         *
         *     With ``stop`` it does not start again.
         *
         *     Role: admin.
         */
        put: operations["restart"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/run/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One run: its steps, the declared programs and functions with their logs, and what they said of their files.
         * @description One run: its steps, the declared programs and functions with their logs, and what they said of their files.
         */
        get: operations["run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/run/{id}/log/{process}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The log of a declared program or function of a run, at most its last megabyte.
         * @description The log of a declared program or function of a run, at most its last megabyte.
         */
        get: operations["run_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Runs of all sources or of one, newest first: how far each came, with the state and time of each step.
         * @description Runs of all sources or of one, newest first: how far each came, with the state and time of each step.
         *
         *     So many as ``limit`` says (0 for all), after ``offset`` others.
         */
        get: operations["runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedule/{name}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Switch a schedule off, also after a restart. A run that goes on is not disturbed.
         * @description Switch a schedule off, also after a restart. A run that goes on is not disturbed.
         *
         *     Role: operator.
         */
        put: operations["disable_schedule"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedule/{name}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Switch a schedule on again.
         * @description Switch a schedule on again.
         *
         *     Role: operator.
         */
        put: operations["enable_schedule"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedule/{name}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a schedule now, also one that is switched off, when nothing that works on its source is at work.
         * @description Run a schedule now, also one that is switched off, when nothing that works on its source is at work.
         *
         *     Role: operator.
         */
        post: operations["run_schedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Cron entries with their last and next run; the next due first, those that are switched off last.
         * @description Cron entries with their last and next run; the next due first, those that are switched off last.
         */
        get: operations["schedules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of your sessions, by the start of its number; an admin can end any.
         * @description End one of your sessions, by the start of its number; an admin can end any.
         *
         *     Role: viewer.
         */
        delete: operations["end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your sessions; for an admin those of all users, or of one.
         * @description Your sessions; for an admin those of all users, or of one.
         *
         *     Role: viewer.
         */
        get: operations["sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/snapshot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Take a snapshot of an index of a build; one of its name is replaced.
         * @description Take a snapshot of an index of a build; one of its name is replaced.
         *
         *     ``snapshot`` is its name, by default that of the index. ``recreate_repo`` makes a repository known anew that is not
         *     as the environment says.
         *
         *     Role: operator.
         */
        put: operations["snapshot"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/snapshot_cleanup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Delete old snapshots but the newest ``keep`` of each group; with ``dryrun`` (the default) only tell which.
         * @description Delete old snapshots but the newest ``keep`` of each group; with ``dryrun`` (the default) only tell which.
         *
         *     Role: operator.
         */
        put: operations["snapshot_cleanup"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/snapshot_manager": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Environments that snapshots can be made in.
         * @description Environments that snapshots can be made in.
         */
        get: operations["snapshot_info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything known of one source: download, uploads, mapping, metadata.
         * @description Everything known of one source: download, uploads, mapping, metadata.
         *
         *     With ``main.sub`` only that sub-source of it is told; ``debug`` shows the record as it is stored.
         */
        get: operations["source_info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{name}/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Folder of a plugin and its files with their text; the text is null when it is none, or over 512 kB.
         * @description Folder of a plugin and its files with their text; the text is null when it is none, or over 512 kB.
         *
         *     Hidden files are left out, and so are links.
         *
         *     Role: operator.
         */
        get: operations["plugin_code"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{name}/create_validation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Write a validation model for the documents of a source, made from its mapping; one that is there stays.
         * @description Write a validation model for the documents of a source, made from its mapping; one that is there stays.
         *
         *     It is a Python file in the folder ``validation`` of the plugin, to be refined by hand: ``SUB_model.py`` for each
         *     sub-source.
         *
         *     Role: operator.
         */
        put: operations["source_save_pydantic_model"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{name}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Files of a release on disk: size, checksum, address and time of each download, and what was made of them.
         * @description Files of a release on disk: size, checksum, address and time of each download, and what was made of them.
         *
         *     ``release`` is its name or folder; the newest one unless it is given.
         */
        get: operations["release_files"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{name}/mapping": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Commit the mapping of a sub-source (``dest`` is ``master``), or replace the inspected one (``inspect``).
         * @description Commit the mapping of a sub-source (``dest`` is ``master``), or replace the inspected one (``inspect``).
         *
         *     ``name`` is the sub-source, ``main.sub``, or a source that has one only. What was committed before stays in
         *     ``source_mapping_history``; ``who`` and ``note`` are kept beside it.
         *
         *     Role: operator.
         */
        put: operations["source_save_mapping"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{name}/mapping/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Versions of the committed mapping of a sub-source, newest first: what, when, by whom and why.
         * @description Versions of the committed mapping of a sub-source, newest first: what, when, by whom and why.
         */
        get: operations["source_mapping_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{name}/mapping/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Commit an earlier version of the mapping of a sub-source again; that makes a new version.
         * @description Commit an earlier version of the mapping of a sub-source again; that makes a new version.
         *
         *     Role: operator.
         */
        put: operations["source_restore_mapping"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{name}/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Forget what is known of the ``upload``, ``inspect``, ``validate`` or ``download`` of a source or its ``subkey``.
         * @description Forget what is known of the ``upload``, ``inspect``, ``validate`` or ``download`` of a source or its ``subkey``.
         *
         *     Documents and files stay.
         *
         *     Role: operator.
         */
        post: operations["source_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{name}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where a source stands: current release, what it depends on, why it is due, its last run step by step.
         * @description Where a source stands: current release, what it depends on, why it is due, its last run step by step.
         */
        get: operations["source_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{name}/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check every document of a source against its validation model; answers one report for each sub-source.
         * @description Check every document of a source against its validation model; answers one report for each sub-source.
         *
         *     ``model_file`` is one of ``source_validations``; by default ``SUB_model.py``, which is written first when it is not
         *     there. What was found is kept beside the source; its documents stay as they are.
         *
         *     Role: operator.
         */
        post: operations["source_pydantic_validation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{name}/validations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Files of the validation models of a source or sub-source, by name.
         * @description Files of the validation models of a source or sub-source, by name.
         */
        get: operations["source_validations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{src}/dump": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Download the current release of a source, when it is new, after those of the sources that it depends on.
         * @description Download the current release of a source, when it is new, after those of the sources that it depends on.
         *
         *     With ``force`` it is downloaded in any case; with ``check_only`` nothing is downloaded and the new release is told;
         *     with ``schedule`` neither, but its schedule is switched on. ``skip_manual`` leaves a source alone that is dumped by
         *     hand. A source that is dumped by hand takes the folder ``path`` (in the source's own folder, or absolute) as
         *     ``release`` (the folder's name, unless given).
         *
         *     A run that failed or was stopped is gone on with at its first step that is not done. ``from_scratch`` runs all steps
         *     instead, ``from_step`` begins with a step, and with ``process`` in the middle of ``pre`` or ``post``; ``stop_after``
         *     and ``stop_before`` end early. ``steps`` names ``dump``, ``post`` or both in the way of existing clients. The steps
         *     are check, depends, pre, release, download, unpack, verify, post, metadata,
         *     promote, clean.
         *
         *     Role: operator.
         */
        put: operations["dump"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{src}/freeze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Keep a release: it is removed neither by ``prune`` nor by hand.
         * @description Keep a release: it is removed neither by ``prune`` nor by hand.
         *
         *     Role: operator.
         */
        put: operations["freeze"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{src}/mark_dump_success": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Say of the last download of a source that it is good, for example after its files were corrected by hand.
         * @description Say of the last download of a source that it is good, for example after its files were corrected by hand.
         *
         *     With ``dry_run`` (the default) only tell what would be recorded. No upload is started.
         *
         *     Role: operator.
         */
        put: operations["mark_dump_success"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{src}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Make a release the current one, which is what uploads read; the newest complete one unless it is named.
         * @description Make a release the current one, which is what uploads read; the newest complete one unless it is named.
         *
         *     The link ``current`` in the folder of the source moves with it. A release that was not uploaded becomes due for it.
         *
         *     Role: operator.
         */
        put: operations["promote"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{src}/prune": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Remove the releases that are more than the source keeps (``KEEP_RELEASES``); done after each dump as well.
         * @description Remove the releases that are more than the source keeps (``KEEP_RELEASES``); done after each dump as well.
         *
         *     Role: operator.
         */
        put: operations["prune"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{src}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove one release of a source from the disk; with ``dry_run`` only tell what would be removed.
         * @description Remove one release of a source from the disk; with ``dry_run`` only tell what would be removed.
         *
         *     Refused, unless ``force`` is given, for a release that is frozen, current, the last one downloaded, uploaded, or
         *     what a release of another source was made from. Uploaded documents stay in any case.
         *
         *     Role: operator.
         */
        delete: operations["remove_release"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{src}/releases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove all releases of a source from the disk; with ``dry_run`` only tell what would be removed.
         * @description Remove all releases of a source from the disk; with ``dry_run`` only tell what would be removed.
         *
         *     Refused as `remove_release` is, and then nothing is removed.
         *
         *     Role: operator.
         */
        delete: operations["remove_releases"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{src}/unfreeze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give a frozen release free.
         * @description Give a frozen release free.
         *
         *     Role: operator.
         */
        put: operations["unfreeze"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{src}/unpromote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Have no current release; what was uploaded stays.
         * @description Have no current release; what was uploaded stays.
         *
         *     Role: operator.
         */
        put: operations["unpromote"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{src}/update_source_meta": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Register metadata and mapping of a source again as its code has them now, without an upload.
         * @description Register metadata and mapping of a source again as its code has them now, without an upload.
         *
         *     Answers for each sub-source what was and what is new, or nothing when nothing has changed. With ``dry`` nothing is
         *     written.
         *
         *     Role: operator.
         */
        put: operations["update_source_meta"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/source/{src}/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Parse and store the downloaded release of a source, or of one sub-source (``main.sub``).
         * @description Parse and store the downloaded release of a source, or of one sub-source (``main.sub``).
         *
         *     ``release`` is for a source whose documents come in another way (a dummy uploader): that is what they are from. For
         *     any other source it may only name the current one.
         *
         *     With ``validate`` the documents are checked against their validation models afterwards; what that finds is kept
         *     beside the source (``source_info``) and takes nothing back.
         *
         *     ``steps`` are ``data``, ``post``, ``master`` and ``clean``, and all of them unless ``data`` is left out: then only
         *     metadata and mapping are registered anew (``master``). ``force`` and ``batch_size`` are taken for the sake of
         *     existing clients: an upload is done whenever it is asked for, in pieces of a size that suits the documents.
         *
         *     Role: operator.
         */
        put: operations["upload"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All sources with their state, the broken plugins included; with ``id`` that one only.
         * @description All sources with their state, the broken plugins included; with ``id`` that one only.
         *
         *     With ``limit`` so many of them, after ``offset`` others.
         *
         *     ``detailed`` adds mapping, metadata and inspection results, ``debug`` shows the records as they are stored.
         */
        get: operations["sources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources/dump": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Download the current releases of all sources, but for those that are dumped by hand or disabled.
         * @description Download the current releases of all sources, but for those that are dumped by hand or disabled.
         *
         *     Answers the release of each source, and what went wrong with the others: one that fails stops none. With ``force``
         *     all are downloaded, also those that have nothing new.
         *
         *     Role: operator.
         */
        put: operations["dump_all"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Parse and store the downloaded releases of all sources that have one.
         * @description Parse and store the downloaded releases of all sources that have one.
         *
         *     Answers the number of documents of each, and what went wrong with the others. With ``raise_on_error`` the command
         *     fails when one of them does; the others are uploaded all the same.
         *
         *     Role: operator.
         */
        put: operations["upload_all"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/standalone/{src_name}/install": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Install a version, incrementally where that leads there, and serve it; answers the releases on the way.
         * @description Install a version, incrementally where that leads there, and serve it; answers the releases on the way.
         *
         *     With ``dry`` only tell them. ``force`` installs an older version, or the same one anew. The present version is
         *     served until the new one is whole and verified; without ``use_no_downtime_method`` its index is changed in place.
         *
         *     Role: operator.
         */
        post: operations["install"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/standalone/{src}/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Install what was downloaded; answers the number of documents.
         * @description Install what was downloaded; answers the number of documents.
         *
         *     ``validate`` and ``force`` are taken for the sake of existing clients: what is installed is always verified.
         *
         *     Role: operator.
         */
        post: operations["apply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/standalone/{src}/backend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is installed: host, index, alias, version and number of documents.
         * @description What is installed: host, index, alias, version and number of documents.
         */
        get: operations["backend"];
        put?: never;
        post?: never;
        /**
         * Remove everything that was installed of a release.
         * @description Remove everything that was installed of a release.
         *
         *     Role: operator.
         */
        delete: operations["reset_backend"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/standalone/{src}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The newest version, or ``Nothing to dump`` when it is installed. ``force`` is taken for the sake of clients.
         * @description The newest version, or ``Nothing to dump`` when it is installed. ``force`` is taken for the sake of clients.
         */
        get: operations["check"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/standalone/{src}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Fetch what leads to a version, to install it with ``apply``; answers the releases.
         * @description Fetch what leads to a version, to install it with ``apply``; answers the releases.
         *
         *     Role: operator.
         */
        post: operations["download"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/standalone/{src}/info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metadata and release note of a version.
         * @description Metadata and release note of a version.
         */
        get: operations["info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/standalone/{src}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Serve the version that was installed before; schedules leave the one that was rolled back alone.
         * @description Serve the version that was installed before; schedules leave the one that was rolled back alone.
         *
         *     Role: operator.
         */
        post: operations["rollback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/standalone/{src}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Versions that were published, oldest first.
         * @description Versions that were published, oldest first.
         */
        get: operations["versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/standalone/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Releases of others that can be installed (``VERSION_URLS``).
         * @description Releases of others that can be installed (``VERSION_URLS``).
         */
        get: operations["list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Counters: sources, documents, builds, jobs.
         * @description Counters: sources, documents, builds, jobs.
         */
        get: operations["status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * End the hub when the jobs that run have ended; with ``force`` at once, they are interrupted.
         * @description End the hub when the jobs that run have ended; with ``force`` at once, they are interrupted.
         *
         *     Role: admin.
         */
        put: operations["stop"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Apply a diff to an index (``backend_type`` ``es``) or a collection (``mongo``) of any engine; safe to do twice.
         * @description Apply a diff to an index (``backend_type`` ``es``) or a collection (``mongo``) of any engine; safe to do twice.
         *
         *     ``target_backend`` is ``[host or environment, index, ...]`` or the name of an index; or ``[database, collection]``.
         *     The target is verified by count and digest at the end. It is left alone when it is not what the diff was made
         *     against, unless ``force`` is given. ``diff_folder``, ``mode`` and ``debug`` are taken for the sake of existing
         *     clients.
         *
         *     Role: operator.
         */
        post: operations["sync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/system": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The machine and the hub on it: disk of the home, memory, processors, versions, addresses, since when it is up.
         * @description The machine and the hub on it: disk of the home, memory, processors, versions, addresses, since when it is up.
         *
         *     Sizes are in bytes, ``cpu.percent`` is that of all processors together since the last call.
         */
        get: operations["system"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/upload_ids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Store a list that ``export_ids`` wrote where releases are published, in the folder ``ids``.
         * @description Store a list that ``export_ids`` wrote where releases are published, in the folder ``ids``.
         *
         *     ``file`` is its name, or that of the build or collection. ``redirect_from`` is the name of a file there that leads
         *     to this list from now on, so that one address always gives the newest. Answers ``{"url", "redirect"}``.
         *
         *     Role: operator.
         */
        post: operations["upload_ids"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/upload_manager": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Classes of the uploaders of each source.
         * @description Classes of the uploaders of each source.
         */
        get: operations["upload_info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give a user another role, let nobody in under that name (``disabled``), or let the user in for ``days`` from now.
         * @description Give a user another role, let nobody in under that name (``disabled``), or let the user in for ``days`` from now.
         *
         *     ``days`` 0 takes a limit of time away. A disabled user's sessions end at once, and API keys do not work. Letting
         *     somebody in again also forgets wrong passwords.
         *
         *     Role: admin.
         */
        put: operations["update_user"];
        post?: never;
        /**
         * Remove a user with sessions, API keys and places in groups. What the user has done stays in the audit.
         * @description Remove a user with sessions, API keys and places in groups. What the user has done stays in the audit.
         *
         *     Role: admin.
         */
        delete: operations["delete_user"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/{name}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give a user a new password; without one it is made, and told in the answer, this once.
         * @description Give a user a new password; without one it is made, and told in the answer, this once.
         *
         *     The user's sessions end, and wrong passwords are forgotten.
         *
         *     Role: admin.
         */
        put: operations["set_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The users, with role, groups, and whether they may come in.
         * @description The users, with role, groups, and whether they may come in.
         *
         *     Role: admin.
         */
        get: operations["users"];
        put?: never;
        /**
         * Add a user: viewer, operator, console or admin.
         * @description Add a user: viewer, operator, console or admin.
         *
         *     Without a password one is made and told in the answer, this once. After ``days`` the user may not come in any more.
         *
         *     Role: admin.
         */
        post: operations["create_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/validate_snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Forget snapshots that are not in their repositories any more.
         * @description Forget snapshots that are not in their repositories any more.
         *
         *     Role: operator.
         */
        post: operations["validate_snapshots"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/whatsnew": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sources that are newer than in the latest build, by build configuration.
         * @description Sources that are newer than in the latest build, by build configuration.
         *
         *     With ``build_name``, a configuration, that one is told in any case, compared with its build ``old`` where given.
         */
        get: operations["whatsnew"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/whoami": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who asks, and what they may do.
         * @description Who asks, and what they may do.
         *
         *     ``roles`` are all roles, the least first; ``via`` says how the hub knows; ``login_required`` is true when nothing
         *     can be read without log-in, ``login_for_changes`` when nothing can be changed without.
         */
        get: operations["whoami"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        CommandRecord: {
            cmd: string;
            id: number;
            is_done: boolean;
            started_at: number;
        };
        Error: {
            code: number;
            error: string;
            request?: string;
            /** @constant */
            status: "error";
        };
        Page: {
            limit: number;
            offset: number;
            total: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    move_alias: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alias: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default localhub */
                    env?: string;
                    index_name: string;
                    /** @default  */
                    note?: string;
                    /** @default  */
                    who?: string;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    rollback_alias: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alias: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default localhub */
                    env?: string;
                    /** @default  */
                    note?: string;
                    /** @default  */
                    who?: string;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    aliases: {
        parameters: {
            query?: {
                env?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    create_api: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    api_id: string;
                    description?: string | null;
                    doc_type: string;
                    es_host: string;
                    index: string;
                    port: number;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    delete_api: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    api_id: string;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    revoke_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    api_keys: {
        parameters: {
            query?: {
                user?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    create_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    builds?: string[] | null;
                    /** @default 90 */
                    days?: number;
                    name: string;
                    /** @default viewer */
                    role?: string;
                    sources?: string[] | null;
                    user?: string | null;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    start_api: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                api_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    stop_api: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                api_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    test_api: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                api_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_apis: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    audit: {
        parameters: {
            query?: {
                command?: string | null;
                limit?: number;
                since?: string | null;
                user?: string | null;
                what?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    check_audit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    auto_archive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    build_config_name: string;
                    days: number;
                    /** @default true */
                    dryrun?: boolean;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    build_config_info: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    approve_build: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                build_name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default  */
                    note?: string;
                    /** @default  */
                    who?: string;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    explain: {
        parameters: {
            query: {
                id: string;
            };
            header?: never;
            path: {
                build_name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    gate_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                build_name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    check_gates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                build_name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    merge: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                build_name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    batch_size?: number | null;
                    /** @default false */
                    force?: boolean;
                    /** @default false */
                    full?: boolean;
                    ids?: string[] | null;
                    sources?: string[] | null;
                    steps?: string[] | null;
                    target_name?: string | null;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    build_provenance: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                build_name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    reject_build: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                build_name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default  */
                    note?: string;
                    /** @default  */
                    who?: string;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    snapshot_build: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                build_name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    snapshot_env?: string | null;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    build: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    rmmerge: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                merge_name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    archive: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                merge_name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    build_save_mapping: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default build */
                    dest?: string;
                    mapping: Record<string, never>;
                    /** @default mapping */
                    mode?: string;
                    /** @default  */
                    note?: string;
                    /** @default  */
                    who?: string;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    build_mapping_history: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    build_restore_mapping: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    note?: string;
                    version: number;
                    /** @default  */
                    who?: string;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    update_build_conf: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default false */
                    archived?: boolean;
                    builder_class?: string | null;
                    doc_type: string;
                    name: string;
                    params?: Record<string, never> | null;
                    roots?: string[] | null;
                    sources: string[];
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    create_build_conf: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default false */
                    archived?: boolean;
                    builder_class?: string | null;
                    doc_type: string;
                    name: string;
                    params?: Record<string, never> | null;
                    roots?: string[] | null;
                    sources: string[];
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    delete_build_conf: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    build_conf_mapping: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    builds: {
        parameters: {
            query?: {
                conf_name?: string | null;
                fields?: unknown;
                id?: string | null;
                limit?: number;
                offset?: number;
                only_archived?: boolean;
                status?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        page?: components["schemas"]["Page"];
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    compare_builds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    new: string;
                    old: string;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    clean_temp_collections: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    build_name: string;
                    date?: string | null;
                    /** @default true */
                    dryrun?: boolean;
                    /** @default  */
                    prefix?: string;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    upgrade: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code_base: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    command_info: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    commands: {
        parameters: {
            query?: {
                failed?: boolean | null;
                id?: number | null;
                limit?: number;
                offset?: number;
                running?: boolean | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        page?: components["schemas"]["Page"];
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    config: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    setconf: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    value: unknown;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    resetconf: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name?: string | null;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    config_history: {
        parameters: {
            query?: {
                limit?: number;
                name?: string | null;
                user?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    export_plugin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plugin_name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    folder?: string | null;
                    /** @default false */
                    purge?: boolean;
                    what?: string[] | null;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    dump_plugin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default false */
                    check_only?: boolean;
                    /** @default false */
                    force?: boolean;
                    release?: string | null;
                    /** @default false */
                    schedule?: boolean;
                    /** @default false */
                    skip_manual?: boolean;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    register_url: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    release?: string | null;
                    url: string;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    unregister_url: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default false */
                    force?: boolean;
                    name?: string | null;
                    url?: string | null;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    delete_snapshots: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default false */
                    ignoreErrors?: boolean;
                    snapshots_data: Record<string, never>;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    diff: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    batch_size?: number | null;
                    diff_type: string;
                    exclude?: string[] | null;
                    mode?: string | null;
                    new: unknown;
                    old?: unknown;
                    steps?: string[] | null;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    export_diff: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    new: unknown;
                    old: unknown;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    diff_info: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    report: {
        parameters: {
            query: {
                detailed?: boolean;
                format?: string;
                max_randomly_picked?: number | null;
                max_reported_ids?: number | null;
                mode?: string | null;
                new_db_col_names: unknown;
                old_db_col_names: unknown;
                report_filename?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    diff_summary: {
        parameters: {
            query: {
                new: string;
                old: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    document_history: {
        parameters: {
            query: {
                builds?: number;
                id: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    document: {
        parameters: {
            query: {
                env?: string | null;
                id: string;
            };
            header?: never;
            path: {
                kind: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    documents: {
        parameters: {
            query?: {
                env?: string | null;
                facets?: string[] | null;
                fields?: string[] | null;
                filter?: Record<string, never> | null;
                limit?: number;
                q?: string | null;
                sort?: string | null;
                start?: number;
            };
            header?: never;
            path: {
                kind: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    dump_info: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    export_ids: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    collection: string;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    flatten_inspection_data: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    data_provider: unknown;
                    /** @default true */
                    do_validate?: boolean;
                    mode?: string[] | null;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    gates_waiting: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    delete_group: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    grant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    builds?: string[] | null;
                    sources?: string[] | null;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    builds?: string[] | null;
                    sources?: string[] | null;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    add_to_group: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    users: string[];
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    remove_from_group: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    users: string[];
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    groups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    create_group: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    description?: string;
                    name: string;
                    users?: string[] | null;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    index: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    alias?: string | null;
                    /** @default 2000 */
                    batch_size?: number;
                    build_name: string;
                    ids?: string[] | null;
                    index_name?: string | null;
                    indexer_env: string;
                    /** @default index */
                    mode?: string;
                    /** @default 0 */
                    sample_first?: number;
                    steps?: string[] | null;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    index_info: {
        parameters: {
            query?: {
                remote?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    index_cleanup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    build_config?: string | null;
                    /** @default true */
                    dryrun?: boolean;
                    env?: string | null;
                    /** @default 3 */
                    keep?: number;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    index_dry_run: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    build_name: string;
                    indexer_env: string;
                    /** @default 1000 */
                    sample?: number;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    update_metadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    _meta?: Record<string, never> | null;
                    build_name?: string | null;
                    index_name: string;
                    indexer_env: string;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    validate_index: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    build_name?: string | null;
                    index_name: string;
                    indexer_env: string;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    indexes_by_name: {
        parameters: {
            query?: {
                env_name?: string | null;
                index_name?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    inspect: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default 10000 */
                    batch_size?: number;
                    data_provider: unknown;
                    limit?: number | null;
                    mode?: string[] | null;
                    sample?: number | null;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    job_info: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    follow: {
        parameters: {
            query?: {
                seconds?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    job_log: {
        parameters: {
            query?: {
                seconds?: number;
                size?: number;
                start?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    prioritize: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    priority: number;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    retry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    jobs: {
        parameters: {
            query?: {
                command?: number | null;
                kind?: string | null;
                limit?: number;
                offset?: number;
                owner?: string | null;
                state?: string | null;
                subject?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        page?: components["schemas"]["Page"];
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    resume: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    jsondiff: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    dst: Record<string, never>;
                    src: Record<string, never>;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    limit_lane: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lane: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    limit?: number | null;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    pause_lane: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lane: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    resume_lane: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lane: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    lanes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_snapshots: {
        parameters: {
            query?: {
                build_config?: string | null;
                build_name?: string | null;
                env?: string | null;
                environment?: string | null;
                return_db_cols?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    validate_mapping: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    env: string;
                    mapping: Record<string, never>;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_mongo_builds: {
        parameters: {
            query?: {
                build_config?: string | null;
                build_name?: string | null;
                year?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    delete_mongo_builds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    build_ids: string[];
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    validate_mongo_builds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    test_notifiers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: password */
                    new: string;
                    /** Format: password */
                    old: string;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    reload_plugins: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    publish: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    publisher_env: string;
                    snapshot_or_build_name: string;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    publish_snapshot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    build_name?: string | null;
                    /** @default false */
                    force?: boolean;
                    previous_build?: string | null;
                    publisher_env: string;
                    snapshot: string;
                    steps?: string[] | null;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    publish_diff: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    build_name: string;
                    /** @default false */
                    force?: boolean;
                    previous_build?: string | null;
                    publisher_env: string;
                    steps?: string[] | null;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    quarantine: {
        parameters: {
            query?: {
                src?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    quarantine_show: {
        parameters: {
            query?: {
                limit?: number;
                reason?: string | null;
                start?: number;
            };
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    quarantine_discard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string | null;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    quarantine_export: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    path?: string | null;
                    reason?: string | null;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    quarantine_replay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    path?: string | null;
                    reason?: string | null;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    quick_index: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    datasource_name: string;
                    doc_type: string;
                    extra_index_settings?: unknown;
                    index_name?: string | null;
                    indexer_env: string;
                    /** @default 0 */
                    num_replicas?: number;
                    /** @default 1 */
                    num_shards?: number;
                    subsource?: string | null;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    release_info: {
        parameters: {
            query?: {
                env?: string | null;
                remote?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    reset_synced: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                new: string;
                old: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_release_note: {
        parameters: {
            query: {
                format?: string;
                new: string;
                old: string;
                prefix?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    create_release_note: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    filename?: string | null;
                    /** @default txt */
                    format?: string;
                    new: string;
                    note?: string | null;
                    old?: string | null;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    releases: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
                src?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        page?: components["schemas"]["Page"];
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    restart: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default false */
                    force?: boolean;
                    /** @default false */
                    stop?: boolean;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    run_log: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
                process: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    runs: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
                src?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        page?: components["schemas"]["Page"];
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    disable_schedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    enable_schedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    run_schedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    schedules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    end_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    sessions: {
        parameters: {
            query?: {
                user?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    snapshot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    index: string;
                    /** @default false */
                    recreate_repo?: boolean;
                    snapshot?: string | null;
                    snapshot_env: string;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    snapshot_cleanup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    build_config?: string | null;
                    build_name?: string | null;
                    /** @default true */
                    dryrun?: boolean;
                    env?: string | null;
                    /** @default build_config */
                    group_by?: string;
                    /** @default false */
                    ignoreErrors?: boolean;
                    /** @default 3 */
                    keep?: number;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    snapshot_info: {
        parameters: {
            query?: {
                env?: string | null;
                remote?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    source_info: {
        parameters: {
            query?: {
                debug?: boolean;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    plugin_code: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    source_save_pydantic_model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    release_files: {
        parameters: {
            query?: {
                release?: string | null;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    source_save_mapping: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default master */
                    dest?: string;
                    mapping: Record<string, never>;
                    /** @default mapping */
                    mode?: string;
                    /** @default  */
                    note?: string;
                    /** @default  */
                    who?: string;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    source_mapping_history: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    source_restore_mapping: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    note?: string;
                    version: number;
                    /** @default  */
                    who?: string;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    source_reset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default upload */
                    key?: string;
                    subkey?: string | null;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    source_status: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    source_pydantic_validation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    model_file?: string | null;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    source_validations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    dump: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default false */
                    check_only?: boolean;
                    /** @default false */
                    force?: boolean;
                    /** @default false */
                    from_scratch?: boolean;
                    from_step?: string | null;
                    path?: string | null;
                    process?: string | null;
                    release?: string | null;
                    /** @default false */
                    schedule?: boolean;
                    /** @default false */
                    skip_manual?: boolean;
                    steps?: string[] | null;
                    stop_after?: string | null;
                    stop_before?: string | null;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    freeze: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    release: string;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    mark_dump_success: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default true */
                    dry_run?: boolean;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    promote: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    release?: string | null;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    prune: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default false */
                    dry_run?: boolean;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    remove_release: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default false */
                    dry_run?: boolean;
                    /** @default false */
                    force?: boolean;
                    release: string;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    remove_releases: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default false */
                    dry_run?: boolean;
                    /** @default false */
                    force?: boolean;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    unfreeze: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    release: string;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    unpromote: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    update_source_meta: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default false */
                    dry?: boolean;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    upload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    batch_size?: number | null;
                    /** @default false */
                    force?: boolean;
                    release?: string | null;
                    steps?: string[] | null;
                    /** @default false */
                    validate?: boolean;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    sources: {
        parameters: {
            query?: {
                debug?: boolean;
                detailed?: boolean;
                id?: string | null;
                limit?: number;
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        page?: components["schemas"]["Page"];
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    dump_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default false */
                    force?: boolean;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    upload_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default false */
                    raise_on_error?: boolean;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    install: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src_name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default false */
                    dry?: boolean;
                    /** @default false */
                    force?: boolean;
                    /** @default true */
                    use_no_downtime_method?: boolean;
                    /** @default latest */
                    version?: string;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    apply: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default false */
                    force?: boolean;
                    /** @default false */
                    validate?: boolean;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    backend: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    reset_backend: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    check: {
        parameters: {
            query?: {
                force?: boolean;
            };
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    download: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default false */
                    dry?: boolean;
                    /** @default false */
                    force?: boolean;
                    /** @default latest */
                    version?: string;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    info: {
        parameters: {
            query?: {
                version?: string;
            };
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    rollback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    versions: {
        parameters: {
            query?: {
                method_name?: string | null;
            };
            header?: never;
            path: {
                src: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    stop: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default false */
                    force?: boolean;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    sync: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    backend_type: string;
                    batch_size?: number | null;
                    /** @default false */
                    debug?: boolean;
                    diff_folder?: string | null;
                    /** @default false */
                    force?: boolean;
                    mode?: string | null;
                    new_db_col_names: unknown;
                    old_db_col_names: unknown;
                    steps?: string[] | null;
                    target_backend?: unknown;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    system: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    upload_ids: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    file: string;
                    publisher_env: string;
                    redirect_from?: string | null;
                };
            };
        };
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    upload_info: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    update_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    days?: number | null;
                    disabled?: boolean | null;
                    role?: string | null;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    delete_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    set_password: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    password?: string | null;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    create_user: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    days?: number | null;
                    name: string;
                    password?: string | null;
                    /** @default viewer */
                    role?: string;
                };
            };
        };
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    validate_snapshots: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record to follow at `/command/{id}` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["CommandRecord"];
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    whatsnew: {
        parameters: {
            query?: {
                build_name?: string | null;
                old?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    whoami: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: unknown;
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Why not */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
