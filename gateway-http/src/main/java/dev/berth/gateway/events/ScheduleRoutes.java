package dev.berth.gateway.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.core.RequestFields;
import dev.berth.gateway.events.core.Known;
import dev.berth.gateway.events.core.ScheduleEdits;
import dev.berth.gateway.events.core.ScheduleShapes;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Changing;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.kafka.TableWriter;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.Schedule;
import dev.berth.schemas.ScheduleStatus;
import dev.berth.schemas.TopicCatalogue;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /schedules}: what is to run, or to be put on a topic, at times. Event loop; changes on the worker that changes things. */
public final class ScheduleRoutes {
    private static final Logger log = LoggerFactory.getLogger(ScheduleRoutes.class);
    private static final String PATH = "/schedules";

    private final CallerIdentity identity;
    private final TopicCatalogue topics;
    private final TopicTable<FunctionSpec> functions;
    private final TopicTable<Schedule> schedules;
    private final TopicTable<ScheduleStatus> statuses;
    private final TableWriter writer;
    private final Changing changing;

    public ScheduleRoutes(
            CallerIdentity identity,
            TopicCatalogue topics,
            TopicTable<FunctionSpec> functions,
            TopicTable<Schedule> schedules,
            TopicTable<ScheduleStatus> statuses,
            TableWriter writer,
            Changing changing) {
        this.identity = identity;
        this.topics = topics;
        this.functions = functions;
        this.schedules = schedules;
        this.statuses = statuses;
        this.writer = writer;
        this.changing = changing;
    }

    /** Schedules. */
    public static void enter(Routes<ScheduleRoutes> routes) {
        String one = PATH + "/:name";
        routes.add(HttpMethod.POST, PATH, "berth:CreateSchedule", TriggerRoutes.BODY_BYTES, ScheduleRoutes::create);
        routes.add(HttpMethod.GET, PATH, "berth:ListSchedules", ScheduleRoutes::list);
        routes.add(HttpMethod.GET, one, "berth:GetSchedule", ScheduleRoutes::get);
        routes.add(HttpMethod.PATCH, one, "berth:UpdateSchedule", TriggerRoutes.BODY_BYTES, ScheduleRoutes::update);
        routes.add(HttpMethod.DELETE, one, "berth:DeleteSchedule", ScheduleRoutes::delete);
        routes.add(HttpMethod.POST, one + "/pause", "berth:PauseSchedule", (area, ctx) -> area.enable(ctx, false));
        routes.add(HttpMethod.POST, one + "/resume", "berth:ResumeSchedule", (area, ctx) -> area.enable(ctx, true));
    }

    /** POST /schedules: 201 with the schedule and the next times at which it is due. */
    public void create(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        changing.withBody(ctx, TriggerRoutes.BODY_BYTES, "CreateSchedule", 201, body -> {
            RequestFields fields = ScheduleEdits.fields(body);
            String key = key(tenant, ScheduleEdits.name(fields));
            if (schedules.get(key).isPresent()) {
                throw ApiError.conflict("There is a schedule " + ScheduleEdits.name(fields)
                                + " already. Change it with PATCH, delete it, or give another name.")
                        .exception();
            }
            Schedule schedule = ScheduleEdits.create(tenant, fields, known(tenant), System.currentTimeMillis());
            return put(key, schedule, "created");
        });
    }

    /** GET /schedules. */
    public void list(RoutingContext ctx) {
        ObjectNode json = Json.object();
        var rows = json.putArray("schedules");
        schedules
                .scan(identity.tenant(ctx.request()) + "/", null)
                .map(Map.Entry::getValue)
                .forEach(schedule -> rows.add(shown(schedule)));
        Answers.json(ctx.response(), 200, json);
    }

    /** GET /schedules/{name}. */
    public void get(RoutingContext ctx) {
        Answers.json(ctx.response(), 200, shown(existing(identity.tenant(ctx.request()), ctx.pathParam("name"))));
    }

    /** PATCH /schedules/{name}: what the body names is changed; the rest stays. */
    public void update(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        String name = ctx.pathParam("name");
        changing.withBody(
                ctx,
                TriggerRoutes.BODY_BYTES,
                "UpdateSchedule",
                200,
                body -> changed(
                        tenant,
                        name,
                        before -> ScheduleEdits.change(
                                before, ScheduleEdits.fields(body), known(tenant), System.currentTimeMillis())));
    }

    /** DELETE /schedules/{name}: 200 with what it was. */
    public void delete(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        String name = ctx.pathParam("name");
        changing.without(ctx, 200, () -> {
            ObjectNode was = shown(existing(tenant, name));
            writer.put(topics.schedules(), key(tenant, name), null);
            writer.put(topics.scheduleStatus(), key(tenant, name), null);
            log.info("Schedule deleted tenant={} schedule={}", tenant, name);
            return was;
        });
    }

    private void enable(RoutingContext ctx, boolean enabled) {
        String tenant = identity.tenant(ctx.request());
        String name = ctx.pathParam("name");
        changing.without(
                ctx,
                200,
                () -> changed(
                        tenant, name, before -> ScheduleEdits.enabled(before, enabled, System.currentTimeMillis())));
    }

    private ObjectNode changed(String tenant, String name, UnaryOperator<Schedule> edit) {
        return put(key(tenant, name), edit.apply(existing(tenant, name)), "changed");
    }

    private ObjectNode put(String key, Schedule schedule, String what) {
        writer.put(topics.schedules(), key, schedule);
        log.info(
                "Schedule {} tenant={} schedule={} expression={} timezone={} state={}",
                what,
                schedule.getTenant(),
                schedule.getName(),
                schedule.getExpression(),
                schedule.getTimezone(),
                schedule.getState());
        return shown(schedule);
    }

    private ObjectNode shown(Schedule schedule) {
        return ScheduleShapes.of(
                schedule, statuses.get(key(schedule.getTenant(), schedule.getName())), System.currentTimeMillis());
    }

    private Schedule existing(String tenant, String name) {
        return schedules
                .get(key(tenant, name))
                .orElseThrow(() -> ApiError.notFound("There is no schedule "
                                + (name.length() > 64 ? name.substring(0, 64) + "…" : name)
                                + ". GET /schedules lists those that there are.")
                        .exception());
    }

    private Known known(String tenant) {
        return TriggerStore.known(tenant, topics, functions);
    }

    private static String key(String tenant, String name) {
        return tenant + '/' + name;
    }
}
