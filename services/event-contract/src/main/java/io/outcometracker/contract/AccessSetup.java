package io.outcometracker.contract;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;

/** Makes the broker's users and rules those of {@link AccessRules}. What it knows of others stays. */
public final class AccessSetup {
    private static final ScramCredentialInfo STORED_AS = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 8192);

    private AccessSetup() {}

    /**
     * What was done.
     *
     * @param users who have a password now
     * @param removedUsers who had one
     * @param rules how many hold
     * @param others who have rules, but are not in the catalogue
     */
    public record Report(
            Set<String> users,
            Set<String> removedUsers,
            int rules,
            int addedRules,
            int removedRules,
            Set<String> others) {
        public Report {
            users = Set.copyOf(users);
            removedUsers = Set.copyOf(removedUsers);
            others = Set.copyOf(others);
        }
    }

    /**
     * May be done again at any time: who has another password than before has to show the new one from then on, and who
     * has none any more does not get in.
     *
     * @param adminSettings of Kafka's admin client, of a user who may do this
     * @param passwords by principal; without one it has no user
     * @throws IllegalArgumentException if a password is of somebody for whom there are no rules
     * @throws IllegalStateException if Kafka cannot be reached, or refuses
     */
    public static Report ensure(Map<String, ?> adminSettings, Map<String, String> passwords) {
        Set<String> strangers = new TreeSet<>(passwords.keySet());
        strangers.removeAll(AccessRules.principals());
        if (!strangers.isEmpty()) {
            throw new IllegalArgumentException("the catalogue has no rules for " + strangers);
        }
        try (Admin admin = Admin.create(Map.copyOf(adminSettings))) {
            return ensure(admin, passwords);
        } catch (KafkaException e) {
            throw new IllegalStateException("cannot set up users and rules: " + e.getMessage(), e);
        }
    }

    private static Report ensure(Admin admin, Map<String, String> passwords) {
        Set<String> ours =
                AccessRules.principals().stream().map(AccessRules::user).collect(toSet());
        Set<AclBinding> wanted = AccessRules.all();
        Collection<AclBinding> found =
                Futures.await(admin.describeAcls(AclBindingFilter.ANY).values());
        // Less first, so that at no moment there is more than before and after.
        List<AclBinding> surplus = found.stream()
                .filter(it -> ours.contains(it.entry().principal()) && !wanted.contains(it))
                .toList();
        Futures.await(
                admin.deleteAcls(surplus.stream().map(AclBinding::toFilter).toList())
                        .all());
        Set<AclBinding> missing = new HashSet<>(wanted);
        missing.removeAll(found);
        Futures.await(admin.createAcls(missing).all());
        Set<String> removed = setPasswords(admin, passwords);
        return new Report(
                passwords.keySet(),
                removed,
                wanted.size(),
                missing.size(),
                surplus.size(),
                found.stream()
                        .map(it -> it.entry().principal())
                        .filter(it -> !ours.contains(it))
                        .collect(toCollection(TreeSet::new)));
    }

    /** @return whose user was removed */
    private static Set<String> setPasswords(Admin admin, Map<String, String> passwords) {
        Set<String> removed =
                new HashSet<>(Futures.await(admin.describeUserScramCredentials().users()));
        removed.retainAll(AccessRules.principals());
        removed.removeAll(passwords.keySet());
        List<UserScramCredentialAlteration> alterations = new ArrayList<>();
        removed.forEach(it -> alterations.add(new UserScramCredentialDeletion(it, STORED_AS.mechanism())));
        passwords.forEach((principal, password) ->
                alterations.add(new UserScramCredentialUpsertion(principal, STORED_AS, password)));
        if (!alterations.isEmpty()) {
            Futures.await(admin.alterUserScramCredentials(alterations).all());
        }
        return removed;
    }
}
