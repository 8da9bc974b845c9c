// Made from /openapi.json of a hub by `npm run api`; do not edit.
export interface paths {
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
         *     "examples": {"added": [_id], "removed": [_id], "changed": [_id]}}``. Both are read once, in order; documents whose
         *     bytes are the same are not decoded.
         */
        put: operations["compare_builds"];
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
         * Long commands that were started through a door, the newest ``limit``, by number.
         * @description Long commands that were started through a door, the newest ``limit``, by number.
         *
         *     ``running`` keeps those that run, or that do not; ``failed``, of those that have ended, the ones that failed, or
         *     that did not; ``id`` one.
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
         *     the new code does not load, the former stays in use.
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
    "/diff_manager": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Kinds of diffs that can be made. There are none yet.
         * @description Kinds of diffs that can be made. There are none yet.
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
         *     when no build has that name). Modes: ``type``, ``stats``, ``deepstats``, ``mapping``, ``jsonschema``; ``type`` when
         *     none is given. ``limit`` looks at so many documents only, ``sample`` at a share of them (0.1 is a tenth).
         *     ``batch_size`` is accepted and not used: documents are read as a stream.
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
         * One job with its progress, error and result.
         * @description One job with its progress, error and result.
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
    "/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Jobs, newest first: running, queued and past ones. ``state`` keeps those in one state.
         * @description Jobs, newest first: running, queued and past ones. ``state`` keeps those in one state.
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
    "/list_snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Snapshots by build configuration. There are none yet.
         * @description Snapshots by build configuration. There are none yet.
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
        get: operations["stored_builds"];
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
        put: operations["delete_stored_builds"];
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
        post: operations["validate_builds"];
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
         * Environments that releases can be published to. There are none yet.
         * @description Environments that releases can be published to. There are none yet.
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
    "/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Cron entries with their last and next run.
         * @description Cron entries with their last and next run.
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
    "/snapshot_manager": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Environments that snapshots can be made in. There are none yet.
         * @description Environments that snapshots can be made in. There are none yet.
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
         *     ``name`` is the sub-source, ``main.sub``, or a source that has one only.
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
         * Forget what is known of the ``upload``, ``inspect`` or ``download`` of a source, or of its sub-source ``subkey``.
         * @description Forget what is known of the ``upload``, ``inspect`` or ``download`` of a source, or of its sub-source ``subkey``.
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
    "/source/{name}/validations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Files of the validation models of a source. There are none yet.
         * @description Files of the validation models of a source. There are none yet.
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
         *     With ``force`` it is downloaded in any case; with ``check_only`` nothing is downloaded and the new release is told.
         *     A source that is dumped by hand takes the folder ``path`` (in the source's own folder, or absolute) as ``release``
         *     (the folder's name, unless given).
         *
         *     A run that failed or was stopped is gone on with at its first step that is not done. ``from_scratch`` runs all steps
         *     instead, ``from_step`` begins with a step, and with ``process`` in the middle of ``pre`` or ``post``; ``stop_after``
         *     and ``stop_before`` end early. The steps are check, depends, pre, release, download, unpack, verify, post, metadata,
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
    "/standalone/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Releases of others that can be installed. There are none yet.
         * @description Releases of others that can be installed. There are none yet.
         */
        get: operations["standalone_list"];
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
            /** @constant */
            status: "error";
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
                    /** @default false */
                    force?: boolean;
                    ids?: string[] | null;
                    sources?: string[] | null;
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
    builds: {
        parameters: {
            query?: {
                conf_name?: string | null;
                id?: string | null;
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
                    force?: boolean;
                    release?: string | null;
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
                    build_name: string;
                    index_name?: string | null;
                    indexer_env: string;
                    /** @default index */
                    mode?: string;
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
    jobs: {
        parameters: {
            query?: {
                limit?: number;
                state?: string | null;
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
    stored_builds: {
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
    delete_stored_builds: {
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
    validate_builds: {
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
    releases: {
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
    sources: {
        parameters: {
            query?: {
                debug?: boolean;
                detailed?: boolean;
                id?: string | null;
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
    standalone_list: {
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
}
